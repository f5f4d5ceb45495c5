#include "log/job_files.h"

#include <algorithm>
#include <iterator>
#include <set>
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

constexpr std::string_view delta_magic = "AZUDDELT";
constexpr uint32_t delta_version = 1;
constexpr std::size_t delta_header_bytes = 16;
constexpr std::size_t delta_frame_bytes = 16;

// A delta file: magic, u32 version, u32 zero; then frames of u32 length, u32 crc of what follows, u64 sequence, bytes.

std::string delta_header() {
  std::string header(delta_magic);
  append_little<uint32_t>(header, delta_version);
  append_little<uint32_t>(header, 0);
  return header;
}

std::string delta_frame(const PendingDelta& delta) {
  std::string frame(8, '\0');
  append_little<uint64_t>(frame, delta.sequence.value());
  store_little<uint32_t>(frame.data(), static_cast<uint32_t>(delta.bytes.size()));
  store_little<uint32_t>(frame.data() + 4, crc32c_extend(crc32c(ByteView(frame).substr(8)), delta.bytes.view()));
  return frame;
}

std::string snapshot_name(uint64_t generation) { return fmt::format("{:020}.snapshot", generation); }
std::string delta_file_name(Sequence first) { return fmt::format("{:020}.deltas", first); }

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

std::filesystem::path JobFiles::directory_of(std::string_view job) const { return directory_ / directory_name(job); }

JobFiles::JobPtr JobFiles::find_or_make(std::string_view job) {
  const auto found = jobs_.find(job);
  if (found != jobs_.end()) return found->second;
  auto made = std::make_shared<Job>();
  made->state.name = job;
  jobs_.emplace(job, made);
  return made;
}

// ---- what jobs ask for ----

Result<JobRestore> JobFiles::restore(const std::string& job) {
  const MutexLock io_lock(io_mutex_);  // so that no file goes away meanwhile
  JobRestore restore;
  JobRecord state;
  std::deque<PendingDelta> pending;
  {
    const MutexLock lock(mutex_);
    const auto found = jobs_.find(job);
    if (found == jobs_.end()) return restore;
    state = found->second->state;
    pending = found->second->pending;
  }
  restore.generation = state.generation;
  if (state.generation > 0) {
    const auto path = directory_of(job) / snapshot_name(state.generation);
    TRY_ASSIGN(auto bytes, files_.read_file(path));
    auto snapshot = open_snapshot(std::move(bytes), state.generation);
    if (!snapshot) return std::unexpected(std::move(snapshot).error().with_context(path.string()));
    restore.snapshot = *std::move(snapshot);
  }
  for (const DeltaFile& file : state.files) TRY(read_file(job, file, state.since, restore.deltas));
  for (const PendingDelta& delta : pending) {
    if (delta.sequence > state.since) restore.deltas.push_back(delta.bytes);
  }
  return restore;
}

Status JobFiles::read_file(const std::string& job, const DeltaFile& file, Sequence since,
                           std::vector<SharedBytes>& deltas) {
  const auto path = directory_of(job) / delta_file_name(file.first);
  TRY_ASSIGN(auto bytes, files_.read_file(path));
  const auto all = SharedBytes::own(std::move(bytes));
  const auto damaged = [&] { return fail(Code::corrupt, "the job's deltas in {} are damaged", path.string()); };
  if (all.size() < file.bytes || !all.view().starts_with(delta_magic)) return damaged();
  for (uint64_t at = delta_header_bytes; at < file.bytes;) {
    if (file.bytes - at < delta_frame_bytes) return damaged();
    const char* frame = all.data() + at;
    const uint64_t size = load_little<uint32_t>(frame);
    if (file.bytes - at - delta_frame_bytes < size) return damaged();
    if (crc32c(ByteView(frame + 8, 8 + size)) != load_little<uint32_t>(frame + 4)) return damaged();
    if (load_little<uint64_t>(frame + 8) > since.value()) deltas.push_back(all.slice(at + delta_frame_bytes, size));
    at += delta_frame_bytes + size;
  }
  return {};
}

uint64_t JobFiles::delta_bytes(const std::string& job) const {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? 0 : found->second->state.delta_bytes;
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
  if (found == jobs_.end() || found->second->state.begun_generation != generation || generation == 0) {
    return fail(Code::invalid, "job {}: snapshot {} was not begun, or another one was begun since", job, generation);
  }
  return {};
}

Status JobFiles::write_snapshot(const std::string& job, uint64_t generation, ByteView whole) {
  {
    const MutexLock lock(mutex_);
    const auto found = jobs_.find(job);
    if (found != jobs_.end() && generation <= found->second->state.generation) {
      return fail(Code::invalid, "job {}: snapshot {} is not newer than {}", job, generation,
                  found->second->state.generation);
    }
  }
  const auto directory = directory_of(job);
  TRY(files_.create_directories(directory));
  const auto path = directory / snapshot_name(generation);
  auto fresh = path;
  fresh += ".new";
  TRY_ASSIGN(const auto file, files_.open(fresh, io::OpenMode::create));
  const std::string header = snapshot_header(generation, whole);
  const ByteView pieces[] = {header, whole};
  TRY(file->write_in_background(0, pieces));
  TRY(file->sync());
  TRY(files_.rename(fresh, path));
  return files_.sync_directory(directory);
}

// ---- entries ----

void JobFiles::apply(const op::JobDelta& op, Sequence sequence, SharedBytes delta) {
  const MutexLock lock(mutex_);
  const JobPtr job = find_or_make(op.job);
  if (sequence <= job->state.through) return;
  job->state.delta_bytes += delta.size();
  job->state.delta_bytes_since_begun += delta.size();
  job->pending.push_back({sequence, std::move(delta), job->next_number++});
}

void JobFiles::apply(const op::JobSnapshotBegin& op, Sequence sequence) {
  const MutexLock lock(mutex_);
  const JobPtr job = find_or_make(op.job);
  if (sequence <= job->state.through) return;
  job->state.begun_generation = op.generation;
  job->state.begun = sequence;
  job->state.delta_bytes_since_begun = 0;
}

void JobFiles::apply(const op::JobSnapshotDone& op, Sequence sequence) {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(op.job);
  if (found == jobs_.end()) return;
  JobRecord& state = found->second->state;
  if (state.begun_generation != op.generation || sequence <= state.through) return;
  if (state.generation > 0 && state.generation != op.generation) {
    doomed_.push_back(directory_of(op.job) / snapshot_name(state.generation));
  }
  state.generation = std::exchange(state.begun_generation, 0);
  state.since = state.begun;
  state.delta_bytes = state.delta_bytes_since_begun;
  prune(*found->second);
}

/// Lets go of deltas that are in the snapshot.
void JobFiles::prune(Job& job) {
  while (!job.pending.empty() && job.pending.front().sequence <= job.state.since) job.pending.pop_front();
  std::erase_if(job.state.files, [&](const DeltaFile& file) {
    if (file.last > job.state.since) return false;
    doomed_.push_back(directory_of(job.state.name) / delta_file_name(file.first));
    return true;
  });
}

void JobFiles::apply(const op::JobDrop& op, Sequence sequence) {
  const MutexLock lock(mutex_);
  const auto found = jobs_.find(op.job);
  if (found == jobs_.end() || sequence <= found->second->state.through) return;
  const JobRecord& state = found->second->state;
  const auto directory = directory_of(op.job);
  for (const DeltaFile& file : state.files) doomed_.push_back(directory / delta_file_name(file.first));
  if (state.generation > 0) doomed_.push_back(directory / snapshot_name(state.generation));
  jobs_.erase(found);
}

// ---- files ----

Status JobFiles::flush() {
  const MutexLock io_lock(io_mutex_);
  std::vector<JobPtr> jobs;
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, job] : jobs_) {
      if (!job->pending.empty()) jobs.push_back(job);
    }
  }
  for (const JobPtr& job : jobs) TRY(flush_job(job));
  return {};
}

Status JobFiles::flush_job(const JobPtr& job) {
  std::vector<PendingDelta> pending;
  DeltaFile file;
  Sequence begun;
  std::filesystem::path directory;
  {
    const MutexLock lock(mutex_);
    pending.assign(job->pending.begin(), job->pending.end());
    begun = job->state.begun;
    if (!job->state.files.empty()) file = job->state.files.back();
    directory = directory_of(job->state.name);
  }
  TRY(files_.create_directories(directory));
  for (auto first = pending.begin(); first != pending.end();) {
    // A snapshot takes the place of whole files: none holds deltas from before and after its beginning.
    const bool fresh = file.bytes == 0 || (file.last <= begun && first->sequence > begun);
    auto last = first;
    while (last != pending.end() && (first->sequence > begun || last->sequence <= begun)) ++last;
    if (fresh) file = {first->sequence, first->sequence, delta_header_bytes};

    std::vector<std::string> frames;
    for (auto delta = first; delta != last; ++delta) frames.push_back(delta_frame(*delta));
    const std::string header = delta_header();
    std::vector<ByteView> pieces;
    if (fresh) pieces.push_back(header);
    uint64_t bytes = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      pieces.push_back(frames[i]);
      pieces.push_back((first + static_cast<std::ptrdiff_t>(i))->bytes.view());
      bytes += frames[i].size() + pieces.back().size();
    }
    TRY_ASSIGN(const auto opened, files_.open(directory / delta_file_name(file.first),
                                              fresh ? io::OpenMode::create : io::OpenMode::write));
    TRY(opened->write_in_background(fresh ? 0 : file.bytes, pieces));
    file.bytes += bytes;
    file.last = std::prev(last)->sequence;
    const uint64_t number = std::prev(last)->number;
    first = last;

    const MutexLock lock(mutex_);
    while (!job->pending.empty() && job->pending.front().number <= number) job->pending.pop_front();
    auto& files = job->state.files;
    if (!files.empty() && files.back().first == file.first) {
      files.back() = file;
    } else {
      files.push_back(file);
    }
    if (std::find(job->unsynced.begin(), job->unsynced.end(), file.first) == job->unsynced.end()) {
      job->unsynced.push_back(file.first);
    }
    prune(*job);
  }
  return {};
}

Status JobFiles::sync(const std::function<void()>& then) {
  const MutexLock io_lock(io_mutex_);
  std::vector<JobPtr> jobs;
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, job] : jobs_) {
      if (!job->unsynced.empty()) jobs.push_back(job);
    }
  }
  for (const JobPtr& job : jobs) {
    std::vector<Sequence> unsynced;
    std::filesystem::path directory;
    {
      const MutexLock lock(mutex_);
      unsynced = job->unsynced;
      directory = directory_of(job->state.name);
    }
    for (const Sequence first : unsynced) {
      // One that is no longer needed may be gone.
      const auto file = files_.open(directory / delta_file_name(first), io::OpenMode::update);
      if (!file && file.error().code() == Code::not_found) continue;
      if (!file) return std::unexpected(file.error());
      TRY((*file)->sync());
    }
    TRY(files_.sync_directory(directory));
    const MutexLock lock(mutex_);
    job->unsynced.clear();
  }
  then();
  return {};
}

JobFiles::Captured JobFiles::capture(Sequence through) const {
  const MutexLock lock(mutex_);
  Captured captured;
  captured.doomed = doomed_.size();
  for (const auto& [name, job] : jobs_) {
    JobRecord record = job->state;
    record.through = through;
    record.pending.assign(job->pending.begin(), job->pending.end());
    captured.jobs.push_back(std::move(record));
  }
  return captured;
}

void JobFiles::remove_doomed(std::size_t count) {
  const MutexLock io_lock(io_mutex_);
  std::vector<std::filesystem::path> doomed;
  {
    const MutexLock lock(mutex_);
    const auto end = doomed_.begin() + static_cast<std::ptrdiff_t>(std::min(count, doomed_.size()));
    doomed.assign(doomed_.begin(), end);
    doomed_.erase(doomed_.begin(), end);
  }
  for (const auto& path : doomed) {
    if (auto removed = files_.remove_if_there(path); !removed) log_warn("log: {}", removed.error().message());
  }
}

bool JobFiles::has_doomed() const {
  const MutexLock lock(mutex_);
  return !doomed_.empty();
}

void JobFiles::restore(std::vector<JobRecord> records) {
  const MutexLock lock(mutex_);
  for (JobRecord& record : records) {
    const JobPtr job = find_or_make(record.name);
    for (PendingDelta& delta : record.pending) {
      delta.number = job->next_number++;
      job->pending.push_back(std::move(delta));
    }
    record.pending.clear();
    job->state = std::move(record);
  }
}

Status JobFiles::remove_orphans() {
  const MutexLock io_lock(io_mutex_);
  const auto directories = files_.list(directory_);
  if (!directories) return {};
  for (const std::string& name : *directories) {
    std::set<std::string> known;
    uint64_t begun_generation = 0;
    {
      const MutexLock lock(mutex_);
      for (const auto& [job_name, job] : jobs_) {
        if (directory_name(job_name) != name) continue;
        for (const DeltaFile& file : job->state.files) known.insert(delta_file_name(file.first));
        known.insert(snapshot_name(job->state.generation));
        begun_generation = job->state.begun_generation;
      }
    }
    if (begun_generation > 0) continue;  // a snapshot may be being written
    TRY_ASSIGN(const auto there, files_.list(directory_ / name));
    for (const std::string& file : there) {
      if (!known.contains(file)) TRY(files_.remove_if_there(directory_ / name / file));
    }
    if (known.empty()) TRY(files_.remove_if_there(directory_ / name));
  }
  return {};
}

}  // namespace azud::log
