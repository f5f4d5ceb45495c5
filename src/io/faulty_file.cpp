#include "io/faulty_file.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace azud::io {

namespace {
constexpr std::size_t sector_bytes = 512;
constexpr uint64_t unlimited_bytes = 1ULL << 40;

std::string key(const std::filesystem::path& path) {
  std::string text = path.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text.empty() ? "." : text;
}
}  // namespace

/// A change of content not yet durable.
struct FaultyFileSystem::Change {
  bool is_resize;
  uint64_t at;  ///< or the new size
  std::string bytes;
};

struct FaultyFileSystem::Node {
  std::string live;     ///< what the process sees
  std::string durable;  ///< what is on the medium
  std::vector<Change> pending;
};

struct FaultyFileSystem::NameChange {
  std::string removed, added;  ///< either may be empty; both: a rename
  std::shared_ptr<Node> node;
};

struct FaultyFileSystem::Directory {
  std::map<std::string, std::shared_ptr<Node>> live, durable;
  std::vector<NameChange> pending;
};

class FaultyFileSystem::OpenFile final : public File {
 public:
  OpenFile(FaultyFileSystem& files, std::shared_ptr<Node> node, Path path, uint64_t generation)
      : files_(files), node_(std::move(node)), path_(std::move(path)), generation_(generation) {}

  Result<std::size_t> read_at(uint64_t at, char* to, std::size_t size) const override {
    const MutexLock lock(files_.mutex_);
    if (dead()) return fail(Code::io, "read {}: the power is off", path_.string());
    if (at >= node_->live.size()) return 0;
    const std::size_t count = std::min<uint64_t>(size, node_->live.size() - at);
    std::memcpy(to, node_->live.data() + at, count);
    return count;
  }
  Status write_at(uint64_t at, std::span<const ByteView> pieces) override {
    TRY(check());
    return files_.write(*node_, path_, at, pieces);
  }
  Status sync() override {
    TRY(check());
    return files_.sync(*node_, path_);
  }
  Status allocate(uint64_t bytes) override {
    TRY(check());
    return files_.resize(*node_, path_, bytes, true);
  }
  Status truncate(uint64_t bytes) override {
    TRY(check());
    return files_.resize(*node_, path_, bytes, false);
  }
  Result<uint64_t> size() const override {
    const MutexLock lock(files_.mutex_);
    if (dead()) return fail(Code::io, "look at {}: the power is off", path_.string());
    return node_->live.size();
  }

 private:
  bool dead() const AZUD_REQUIRES(files_.mutex_) { return files_.power_off_ || files_.generation_ != generation_; }
  Status check() const {
    const MutexLock lock(files_.mutex_);
    if (dead()) return fail(Code::io, "{}: the power is off", path_.string());
    return {};
  }

  FaultyFileSystem& files_;
  std::shared_ptr<Node> node_;
  Path path_;
  uint64_t generation_;
};

class FaultyFileSystem::HeldLock final : public FileLock {
 public:
  HeldLock(FaultyFileSystem& files, std::string path, uint64_t generation)
      : files_(files), path_(std::move(path)), generation_(generation) {}
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;
  ~HeldLock() override {
    const MutexLock lock(files_.mutex_);
    const auto held = files_.locks_.find(path_);
    if (held != files_.locks_.end() && held->second == generation_) files_.locks_.erase(held);
  }

 private:
  FaultyFileSystem& files_;
  std::string path_;
  uint64_t generation_;
};

FaultyFileSystem::FaultyFileSystem(uint64_t seed) : random_(seed) { directories_["/"]; }
FaultyFileSystem::~FaultyFileSystem() = default;

FaultyFileSystem::Directory* FaultyFileSystem::find_directory(const Path& path) {
  const auto found = directories_.find(key(path));
  return found == directories_.end() ? nullptr : &found->second;
}

/// Counts an operation. An error if it must not happen at all; `cut` if the power goes while it happens.
Status FaultyFileSystem::step(const Path& path, bool& cut) {
  cut = false;
  if (power_off_) return fail(Code::io, "{}: the power is off", path.string());
  ++operations_;
  if (operations_ == cut_at_) {
    cut = true;
    power_off_ = true;
    return {};
  }
  if (operations_ == fail_at_) return fail(fail_code_, "{}: failed on purpose", path.string());
  if (!failing_part_.empty() && path.string().find(failing_part_) != std::string::npos) {
    return fail(failing_code_, "{}: failed on purpose", path.string());
  }
  return {};
}

uint64_t FaultyFileSystem::used_bytes() const {
  std::set<const Node*> nodes;
  uint64_t used = 0;
  for (const auto& [path, directory] : directories_) {
    for (const auto& [name, node] : directory.live) {
      if (nodes.insert(node.get()).second) used += node->live.size();
    }
  }
  return used;
}

Status FaultyFileSystem::make_room(const Node& node, uint64_t size) {
  if (capacity_ == 0 || size <= node.live.size()) return {};
  if (used_bytes() + (size - node.live.size()) > capacity_) return fail(Code::storage_full, "no space left on device");
  return {};
}

Status FaultyFileSystem::write(Node& node, const Path& path, uint64_t at, std::span<const ByteView> pieces) {
  std::string bytes;
  for (const ByteView piece : pieces) bytes += piece;
  const MutexLock lock(mutex_);
  bool cut;
  Status allowed = step(path, cut);
  if (allowed) allowed = make_room(node, at + bytes.size());
  if (!allowed) {
    if (power_off_) return allowed;
    bytes.resize(bytes.size() / 2);
    if (!make_room(node, at + bytes.size())) return allowed;
  }
  if (at + bytes.size() > node.live.size()) node.live.resize(at + bytes.size());
  std::memcpy(node.live.data() + at, bytes.data(), bytes.size());
  node.pending.push_back({false, at, std::move(bytes)});
  if (cut) return fail(Code::io, "{}: the power is off", path.string());
  return allowed;
}

Status FaultyFileSystem::resize(Node& node, const Path& path, uint64_t bytes, bool allocate) {
  const MutexLock lock(mutex_);
  bool cut;
  TRY(step(path, cut));
  if (allocate && bytes <= node.live.size()) return {};
  TRY(make_room(node, bytes));
  node.live.resize(bytes);
  node.pending.push_back({true, bytes, {}});
  if (cut) return fail(Code::io, "{}: the power is off", path.string());
  return {};
}

void FaultyFileSystem::apply_whole(const Change& change, std::string& content) {
  if (change.is_resize) {
    content.resize(change.at);
    return;
  }
  if (content.size() < change.at + change.bytes.size()) content.resize(change.at + change.bytes.size());
  std::memcpy(content.data() + change.at, change.bytes.data(), change.bytes.size());
}

Status FaultyFileSystem::sync(Node& node, const Path& path) {
  std::function<void(const Path&)> hook;
  {
    const MutexLock lock(mutex_);
    hook = before_sync_;
  }
  if (hook) hook(path);
  const MutexLock lock(mutex_);
  bool cut;
  const Status allowed = step(path, cut);
  if (cut) return fail(Code::io, "{}: the power is off", path.string());
  if (power_off_) return allowed;
  // After a failed sync the changes count as written, but are not: a later sync does not bring them back.
  if (allowed) {
    for (const Change& change : node.pending) apply_whole(change, node.durable);
  }
  node.pending.clear();
  return allowed;
}

void FaultyFileSystem::apply(const NameChange& change, std::map<std::string, std::shared_ptr<Node>>& names) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.node;
}

Result<std::unique_ptr<File>> FaultyFileSystem::open(const Path& path, OpenMode mode) {
  const MutexLock lock(mutex_);
  if (power_off_) return fail(Code::io, "open {}: the power is off", path.string());
  Directory* directory = find_directory(path.parent_path());
  if (directory == nullptr) return fail(Code::not_found, "open {}: no such directory", path.string());
  const std::string name = path.filename().string();
  auto& node = directory->live[name];
  if (node == nullptr) {
    if (mode == OpenMode::read || mode == OpenMode::update) {
      directory->live.erase(name);
      return fail(Code::not_found, "open {}: no such file", path.string());
    }
    bool cut;
    if (auto allowed = step(path, cut); !allowed || cut) {
      directory->live.erase(name);
      return allowed ? fail(Code::io, "open {}: the power is off", path.string()) : std::unexpected(allowed.error());
    }
    node = std::make_shared<Node>();
    directory->pending.push_back({{}, name, node});
  } else if (mode == OpenMode::create && !node->live.empty()) {
    node->live.clear();
    node->pending.push_back({true, 0, {}});
  }
  return std::make_unique<OpenFile>(*this, node, path, generation_);
}

Status FaultyFileSystem::rename(const Path& from, const Path& to) {
  const MutexLock lock(mutex_);
  bool cut;
  TRY(step(from, cut));
  if (cut) return fail(Code::io, "rename {}: the power is off", from.string());
  Directory* directory = find_directory(from.parent_path());
  if (directory == nullptr || !directory->live.contains(from.filename().string())) {
    return fail(Code::not_found, "rename {}: no such file", from.string());
  }
  if (directory != find_directory(to.parent_path())) {
    return fail(Code::unsupported, "rename {}: only inside one directory", from.string());
  }
  NameChange change{from.filename().string(), to.filename().string(), directory->live[from.filename().string()]};
  apply(change, directory->live);
  directory->pending.push_back(std::move(change));
  return {};
}

Status FaultyFileSystem::remove(const Path& path) {
  const MutexLock lock(mutex_);
  bool cut;
  TRY(step(path, cut));
  if (cut) return fail(Code::io, "remove {}: the power is off", path.string());
  if (const auto found = directories_.find(key(path)); found != directories_.end()) {
    const auto next = std::next(found);
    const bool has_directory = next != directories_.end() && next->first.starts_with(key(path) + "/");
    if (!found->second.live.empty() || has_directory)
      return fail(Code::io, "remove {}: directory not empty", path.string());
    directories_.erase(found);
    return {};
  }
  Directory* directory = find_directory(path.parent_path());
  if (directory == nullptr || !directory->live.contains(path.filename().string())) {
    return fail(Code::not_found, "remove {}: no such file", path.string());
  }
  NameChange change{path.filename().string(), {}, nullptr};
  apply(change, directory->live);
  directory->pending.push_back(std::move(change));
  return {};
}

Result<std::vector<std::string>> FaultyFileSystem::list(const Path& path) {
  const MutexLock lock(mutex_);
  if (power_off_) return fail(Code::io, "list {}: the power is off", path.string());
  const Directory* directory = find_directory(path);
  if (directory == nullptr) return fail(Code::not_found, "list {}: no such directory", path.string());
  std::vector<std::string> names;
  for (const auto& [name, node] : directory->live) names.push_back(name);
  for (const auto& [text, other] : directories_) {
    const Path candidate = text;
    if (candidate.has_filename() && key(candidate.parent_path()) == key(path) && text != key(path)) {
      names.push_back(candidate.filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status FaultyFileSystem::create_directories(const Path& path) {
  const MutexLock lock(mutex_);
  if (find_directory(path) != nullptr) return {};
  bool cut;
  TRY(step(path, cut));
  if (cut) return fail(Code::io, "make directory {}: the power is off", path.string());
  for (Path each = key(path); find_directory(each) == nullptr; each = each.parent_path()) {
    directories_[key(each)];
    if (!each.has_parent_path()) break;
  }
  return {};
}

Status FaultyFileSystem::sync_directory(const Path& path) {
  const MutexLock lock(mutex_);
  bool cut;
  TRY(step(path, cut));
  if (cut) return fail(Code::io, "sync directory {}: the power is off", path.string());
  Directory* directory = find_directory(path);
  if (directory == nullptr) return fail(Code::not_found, "sync {}: no such directory", path.string());
  directory->durable = directory->live;
  directory->pending.clear();
  return {};
}

Result<uint64_t> FaultyFileSystem::free_bytes(const Path&) {
  const MutexLock lock(mutex_);
  if (capacity_ == 0) return unlimited_bytes;
  const uint64_t used = used_bytes();
  return used < capacity_ ? capacity_ - used : 0;
}

Result<std::unique_ptr<FileLock>> FaultyFileSystem::lock(const Path& path) {
  const MutexLock guard(mutex_);
  if (power_off_) return fail(Code::io, "lock {}: the power is off", path.string());
  const auto [held, taken] = locks_.try_emplace(key(path), generation_);
  if (!taken) return fail(Code::unavailable, "another process holds {}", path.string());
  return std::make_unique<HeldLock>(*this, held->first, generation_);
}

uint64_t FaultyFileSystem::operations() const {
  const MutexLock lock(mutex_);
  return operations_;
}
void FaultyFileSystem::cut_power_at(uint64_t n) {
  const MutexLock lock(mutex_);
  cut_at_ = operations_ + n;
}
void FaultyFileSystem::fail_at(uint64_t n, Code code) {
  const MutexLock lock(mutex_);
  fail_at_ = operations_ + n;
  fail_code_ = code;
}
void FaultyFileSystem::fail_matching(std::string part, Code code) {
  const MutexLock lock(mutex_);
  failing_part_ = std::move(part);
  failing_code_ = code;
}
void FaultyFileSystem::set_capacity(uint64_t bytes) {
  const MutexLock lock(mutex_);
  capacity_ = bytes;
}
void FaultyFileSystem::set_before_sync(std::function<void(const Path&)> hook) {
  const MutexLock lock(mutex_);
  before_sync_ = std::move(hook);
}
void FaultyFileSystem::cut_power() {
  const MutexLock lock(mutex_);
  power_off_ = true;
}
bool FaultyFileSystem::power_is_off() const {
  const MutexLock lock(mutex_);
  return power_off_;
}

void FaultyFileSystem::settle(Node& node) {
  const uint64_t fate = random_() % 4;  // 0: all lost, 1: all kept, else torn
  for (const Change& change : node.pending) {
    if (fate == 0) break;
    if (change.is_resize) {
      if (fate == 1 || random_() % 2 == 0) node.durable.resize(change.at);
      continue;
    }
    const uint64_t end = change.at + change.bytes.size();
    for (uint64_t at = change.at; at < end;) {
      const uint64_t next = std::min<uint64_t>(end, (at / sector_bytes + 1) * sector_bytes);
      if (fate == 1 || random_() % 2 == 0) {
        if (node.durable.size() < next) node.durable.resize(next);
        std::memcpy(node.durable.data() + at, change.bytes.data() + (at - change.at), next - at);
      }
      at = next;
    }
  }
  node.pending.clear();
  node.live = node.durable;
}

void FaultyFileSystem::settle_names(Directory& directory) {
  const std::size_t kept = random_() % (directory.pending.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) apply(directory.pending[i], directory.durable);
  directory.pending.clear();
  directory.live = directory.durable;
}

void FaultyFileSystem::restart() {
  const MutexLock lock(mutex_);
  std::set<Node*> settled;
  for (auto& [path, directory] : directories_) {
    settle_names(directory);
    for (const auto& [name, node] : directory.live) {
      if (settled.insert(node.get()).second) settle(*node);
    }
  }
  power_off_ = false;
  cut_at_ = fail_at_ = 0;
  ++generation_;
  locks_.clear();
}

void FaultyFileSystem::restart_process() {
  const MutexLock lock(mutex_);
  power_off_ = false;
  cut_at_ = fail_at_ = 0;
  ++generation_;
  locks_.clear();
}

}  // namespace azud::io
