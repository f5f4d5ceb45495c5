#include "log/job_files.h"

#include <algorithm>
#include <utility>

#include "base/crc.h"
#include "base/endian.h"
#include "base/logging.h"

namespace azud::log {

namespace {

constexpr std::string_view snapshot_magic = "AZUDJOBS";
constexpr uint32_t snapshot_version = 1;
constexpr std::size_t snapshot_header_bytes = 32;

// The snapshot's header: magic, u32 version, u32 crc of the state, u64 generation, u32 zero, u32 crc of what stands
// before. The state is the rest of the file.

std::string snapshot_header(uint64_t generation, ByteView whole) {
  std::string header(snapshot_magic);
  append_little<uint32_t>(header, snapshot_version);
  append_little<uint32_t>(header, crc32c(whole));
  append_little<uint64_t>(header, generation);
  append_little<uint32_t>(header, 0);
  append_little<uint32_t>(header, crc32c(header));
  return header;
}

Result<SharedBytes> open_snapshot(std::string file, uint64_t generation) {
  const ByteView bytes = file;
  if (bytes.size() < snapshot_header_bytes || load_little<uint32_t>(bytes.data() + 28) != crc32c(bytes.substr(0, 28)) ||
      !bytes.starts_with(snapshot_magic)) {
    return fail(Code::corrupt, "not a job snapshot, or a damaged one");
  }
  if (const auto version = load_little<uint32_t>(bytes.data() + 8); version != snapshot_version) {
    return fail(Code::unsupported, "job snapshot of version {}, this azud knows {}", version, snapshot_version);
  }
  if (load_little<uint64_t>(bytes.data() + 16) != generation ||
      load_little<uint32_t>(bytes.data() + 12) != crc32c(bytes.substr(snapshot_header_bytes))) {
    return fail(Code::corrupt, "the job snapshot is damaged");
  }
  return SharedBytes::own(std::move(file)).slice(snapshot_header_bytes);
}

/// A job's name as one name of a directory; different for different names.
std::string directory_name(std::string_view job) {
  std::string name;
  for (const char c : job) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (plain) {
      name += c;
    } else {
      name += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

}  // namespace

JobFiles::JobFiles(io::FileSystem& files, std::filesystem::path directory)
    : files_(files), directory_(std::move(directory)) {}

std::filesystem::path JobFiles::snapshot_path(std::string_view job, uint64_t generation) const {
  return directory_ / directory_name(job) / fmt::format("{:020}.snapshot", generation);
}

Result<JobRestore> JobFiles::restore(const std::string& job) {
  JobRestore restore;
  {
    const MutexLock lock(mutex_);
    const auto found = jobs_.find(job);
    if (found == jobs_.end()) return restore;
    restore.generation = found->second.generation;
    for (const Delta& delta : found->second.deltas) restore.deltas.push_back(delta.bytes);
  }
  if (restore.generation > 0) {
    const auto path = snapshot_path(job, restore.generation);
    TRY_ASSIGN(auto bytes, files_.read_file(path));
    auto snapshot = open_snapshot(std::move(bytes), restore.generation);
    if (!snapshot) return std::unexpected(std::move(snapshot).error().with_context(path.string()));
    restore.snapshot = *std::move(snapshot);
  }
  return restore;
}

uint64_t JobFiles::delta_bytes(const std::string& job) const {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? 0 : found->second.delta_bytes;
}

std::vector<std::string> JobFiles::names() const {
  const MutexLock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, job] : jobs_) names.push_back(name);
  return names;
}

Status JobFiles::check_begun(std::string_view job, uint64_t generation) const {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(job);
  if (found == jobs_.end() || found->second.begun_generation != generation || generation == 0) {
    return fail(Code::invalid, "job {}: snapshot {} was not begun, or another one was begun since", job, generation);
  }
  return {};
}

Status JobFiles::write_snapshot(const std::string& job, uint64_t generation, ByteView whole) {
  const auto path = snapshot_path(job, generation);
  TRY(files_.create_directories(path.parent_path()));
  auto fresh = path;
  fresh += ".new";
  TRY_ASSIGN(const auto file, files_.open(fresh, io::OpenMode::create));
  const std::string header = snapshot_header(generation, whole);
  const ByteView pieces[] = {header, whole};
  TRY(file->write_at(0, pieces));
  TRY(file->sync());
  TRY(files_.rename(fresh, path));
  return files_.sync_directory(path.parent_path());
}

void JobFiles::apply(const op::JobDelta& op, Sequence sequence, SharedBytes delta) {
  const MutexLock lock(mutex_);
  auto found = jobs_.find(op.job);
  if (found == jobs_.end()) found = jobs_.emplace(op.job, Job()).first;
  Job& job = found->second;
  if (sequence <= job.restored) return;
  job.delta_bytes += delta.size();
  job.deltas.push_back({sequence, std::move(delta)});
}

void JobFiles::apply(const op::JobSnapshotBegin& op, Sequence sequence) {
  const MutexLock lock(mutex_);
  auto found = jobs_.find(op.job);
  if (found == jobs_.end()) found = jobs_.emplace(op.job, Job()).first;
  Job& job = found->second;
  if (sequence <= job.restored) return;
  job.begun_generation = op.generation;
  job.begun = sequence;
}

void JobFiles::apply(const op::JobSnapshotDone& op, Sequence sequence) {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(op.job);
  if (found == jobs_.end() || found->second.begun_generation != op.generation || sequence <= found->second.restored)
    return;
  Job& job = found->second;
  job.generation = std::exchange(job.begun_generation, 0);
  std::erase_if(job.deltas, [&](const Delta& delta) { return delta.sequence <= job.begun; });
  job.delta_bytes = 0;
  for (const Delta& delta : job.deltas) job.delta_bytes += delta.bytes.size();
}

void JobFiles::apply(const op::JobDrop& op, Sequence sequence) {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(op.job);
  if (found != jobs_.end() && sequence > found->second.restored) jobs_.erase(found);
}

}  // namespace azud::log
