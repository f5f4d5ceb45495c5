#include "log/core.h"

#include <algorithm>

#include "base/logging.h"
#include "io/descriptor_limit.h"
#include "log/checkpoint.h"

namespace azud::log {

namespace {

/// Of which the files stay open, two each: fewer where the system allows few open files.
std::size_t open_segments_max() { return std::clamp<std::size_t>(io::descriptor_limit() / 8, 2, 256); }

uint64_t segment_bytes_max(const LogOptions& options) {
  // A cap for all needs segments small enough to be given up one by one.
  constexpr uint64_t smallest = 1 << 20;
  return options.total_bytes_max == 0 ? UINT64_MAX : std::max(smallest, options.total_bytes_max / 16);
}

}  // namespace

Core::Core(io::FileSystem& file_system, const io::Clock& machine_clock, std::filesystem::path data_directory,
           LogOptions log_options)
    : files(file_system),
      clock(machine_clock),
      directory(std::move(data_directory)),
      options(std::move(log_options)),
      queue(std::make_shared<WriteQueue>()),
      storage(std::make_shared<PartitionStorage>(files, directory / "topics", open_segments_max(), queue)),
      stamps(clock),
      state(files, directory, options.topic_defaults, storage),
      budget(options.tail_bytes_max),
      journal(files, directory / "journal", options.journal_file_bytes) {
  storage->segment_bytes_max = segment_bytes_max(options);
}

JournalPosition Core::applied() const {
  const MutexLock lock(mutex_);
  return applied_;
}

void Core::set_applied(const JournalPosition& position) {
  const MutexLock lock(mutex_);
  applied_ = position;
}

Status relieve(Core& core, uint64_t keep_bytes) {
  while (const auto group = core.budget.oldest_to_free(keep_bytes)) {
    for (const auto& partition : group->partitions) {
      TRY(partition->flush());
      partition->drop_tail(group->last);
    }
    TRY(core.state.jobs.flush());
    core.budget.freed(group->last);
  }
  return {};
}

Result<std::optional<CheckpointHead>> recover(Core& core) {
  const int64_t began_us = core.clock.monotonic_us();
  TRY_ASSIGN(const auto head, restore_newest_checkpoint(core.files, core.directory / "checkpoint", core.state));
  JournalReader reader(core.files, core.directory / "journal", head ? head->position : JournalPosition());
  TimestampMs stamp = head ? head->stamp : 0;
  uint64_t entries = 0;
  bool can_relieve = true;  // a full disk is no reason not to start: what cannot go to segments stays in memory
  while (true) {
    TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) break;
    TailBudget::Group group{entry->sequence, entry->ops.size() + tail_batch_overhead_bytes, {}};
    TRY(core.state.apply(*entry, group.partitions));
    core.budget.add(std::move(group));
    if (can_relieve && core.budget.is_over()) {
      const auto relieved = relieve(core, core.budget.low_bytes());
      if (!relieved) log_warn("log: {}", relieved.error().to_text());
      can_relieve = relieved.has_value();
    }
    stamp = std::max(stamp, entry->time_ms);
    ++entries;
  }
  TRY(core.state.jobs.remove_orphans());
  TRY(core.journal.start(reader.position()));
  core.set_applied(core.journal.position());
  core.stamps.restore(reader.position().next - 1, stamp);
  if (entries > 0) {
    log_info("log: {} journal entries replayed in {} ms", entries, (core.clock.monotonic_us() - began_us) / 1000);
  }
  return head;
}

}  // namespace azud::log
