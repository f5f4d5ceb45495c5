#include "log/maintenance.h"

#include <algorithm>
#include <chrono>
#include <future>

#include <malloc.h>

#include "base/logging.h"
#include "base/thread_name.h"
#include "io/thread_urgency.h"
#include "log/compaction.h"
#include "log/retention.h"

namespace azud::log {

namespace {
constexpr int64_t try_again_ms = 1000;
constexpr int64_t wait_ms_max = 3600 * 1000;
/// Written in `quiet_ms`, or kept in memory: not worth doing something about.
constexpr uint64_t little_bytes = 1 << 20;
}  // namespace

void Maintenance::set_restored(const std::optional<CheckpointHead>& checkpoint) {
  if (!checkpoint) return;
  const MutexLock work(work_mutex_);
  checkpoint_ = checkpoint->number;
  needed_ = checkpoint->position.file;
}

void Maintenance::start() {
  flusher_ = std::thread([this] { run_flusher(); });
  keeper_ = std::thread([this] { run_keeper(); });
  compactor_ = std::thread([this] { run_compactor(); });
}

void Maintenance::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    flusher_wakes_.notify_all();
    keeper_wakes_.notify_all();
    compactor_wakes_.notify_all();
  }
  for (std::thread* thread : {&flusher_, &keeper_, &compactor_}) {
    if (thread->joinable()) thread->join();
  }
}

void Maintenance::look() {
  if (core_.budget.is_over()) {
    const MutexLock lock(mutex_);
    flush_wanted_ = true;
    flusher_wakes_.notify_one();
  }
  int64_t saved = -1;
  const bool first_unsaved =
      unsaved_since_us_ < 0 && unsaved_since_us_.compare_exchange_strong(saved, core_.clock.monotonic_us());
  if (auto enough = check_free_space(); !enough) report(enough.error());
  if (first_unsaved || checkpoint_due() || !core_.journal.has_spare() || core_.storage->reaper.has_new() ||
      core_.space.is_full()) {
    wake_keeper();
  }
}

void Maintenance::note_unsaved() {
  int64_t saved = -1;
  unsaved_since_us_.compare_exchange_strong(saved, core_.clock.monotonic_us());
}

void Maintenance::wake_keeper() {
  const MutexLock lock(mutex_);
  keep_wanted_ = true;
  keeper_wakes_.notify_one();
}

void Maintenance::report(const Error& error) {
  if (core_.space.set(error)) log_error("log: writes are refused: {}", error.to_text());
  core_.budget.allow_waiting(false);
}

// ---- the flusher ----

void Maintenance::run_flusher() {
  name_thread("log-flusher");
  io::set_urgency(io::Urgency::background);
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (!flush_wanted_) {
      flusher_wakes_.wait(lock);
      continue;
    }
    flush_wanted_ = false;
    lock.unlock();
    // What fails here is tried again by the keeper.
    if (auto relieved = relieve(core_, core_.budget.low_bytes()); !relieved) {
      report(relieved.error());
      wake_keeper();
    }
    lock.lock();
  }
}

// ---- the keeper ----

void Maintenance::run_keeper() {
  name_thread("log-keeper");
  io::set_urgency(io::Urgency::background);
  MutexLock lock(mutex_);
  keep_wanted_ = true;
  while (!stopping_) {
    if (!keep_wanted_) keeper_wakes_.wait_for(lock, std::chrono::milliseconds(keeper_wait_ms()));
    if (stopping_) return;
    keep_wanted_ = false;
    lock.unlock();
    keep();
    lock.lock();
  }
}

int64_t Maintenance::keeper_wait_ms() const {
  const int64_t now_us = core_.clock.monotonic_us();
  int64_t wait_ms = wait_ms_max;
  const auto until = [&](int64_t due_us) {
    wait_ms = std::min(wait_ms, std::max<int64_t>(1, (due_us - now_us) / 1000 + 1));
  };
  if (core_.space.is_full() || reap_again_) until(now_us + try_again_ms * 1000);
  if (unsaved_since_us_ >= 0) until(unsaved_since_us_ + core_.options.checkpoint_interval_ms * 1000);
  if (const auto look_at_us = quiet_look_at_us()) until(*look_at_us);
  until(retained_at_us_ + core_.options.retention_check_interval_ms * 1000);
  return wait_ms;
}

bool Maintenance::checkpoint_due() const {
  if (core_.counters.journal_bytes - checkpointed_bytes_ >= core_.options.checkpoint_journal_bytes) return true;
  const int64_t since_us = unsaved_since_us_;
  return since_us >= 0 && core_.clock.monotonic_us() - since_us >= core_.options.checkpoint_interval_ms * 1000;
}

bool Maintenance::retention_due() const {
  return core_.clock.monotonic_us() - retained_at_us_ >= core_.options.retention_check_interval_ms * 1000;
}

std::optional<int64_t> Maintenance::quiet_look_at_us() const {
  if (core_.space.is_full() || (unsaved_since_us_ < 0 && core_.budget.bytes() <= little_bytes)) return std::nullopt;
  return quiet_looked_at_us_ + core_.options.quiet_ms * 1000;
}

/// The newest batches are in memory for readers that follow closely, and what was freed under load for more of it.
Status Maintenance::give_back_if_quiet() {
  const uint64_t bytes = core_.counters.journal_bytes;
  const bool quiet = bytes - quiet_looked_bytes_ < little_bytes;
  quiet_looked_at_us_ = core_.clock.monotonic_us();
  quiet_looked_bytes_ = bytes;
  if (!quiet || core_.budget.bytes() <= little_bytes) return {};
  TRY(relieve(core_, 0));
  (void)::malloc_trim(0);
  return {};
}

void Maintenance::keep() {
  const bool was_full = core_.space.is_full();
  if (!core_.journal.has_spare()) {
    if (auto made = core_.journal.prepare_spare(); !made) report(made.error());
  }
  // On a full disk a checkpoint may be what lets go of files.
  if (was_full ? core_.state.jobs.has_doomed() : checkpoint_due()) {
    if (auto made = checkpoint(); !made) report(made.error());
    want_compaction();
  }
  if (retention_due() || core_.space.is_full()) {
    retained_at_us_ = core_.clock.monotonic_us();
    if (auto retained = retain(); !retained) log_warn("log: retention: {}", retained.error().to_text());
    want_compaction();
  }
  if (const auto look_at_us = quiet_look_at_us(); look_at_us && core_.clock.monotonic_us() >= *look_at_us) {
    if (auto given = give_back_if_quiet(); !given) report(given.error());
  }
  {
    const MutexLock work(work_mutex_);
    reap_again_ = core_.storage->reaper.run(checkpoint_);
  }
  if (!was_full || !core_.space.is_full()) return;
  if (auto works = try_again(); !works) {
    report(works.error());
  } else {
    core_.budget.allow_waiting(true);
    if (core_.space.clear()) log_info("log: writes are accepted again");
  }
}

/// Does what failed once more; success means that there is room again.
Status Maintenance::try_again() {
  core_.budget.allow_waiting(false);
  TRY(check_free_space());
  TRY(relieve(core_, core_.budget.low_bytes()));
  {
    const MutexLock work(work_mutex_);
    // A checkpoint lets go of journal files, one of which becomes the spare.
    if (checkpoint_failed_ || !core_.journal.has_spare()) TRY(make_checkpoint(false));
  }
  return core_.journal.prepare_spare();
}

Status Maintenance::check_free_space() const {
  if (core_.options.free_disk_bytes_min == 0) return {};
  TRY_ASSIGN(const uint64_t free, core_.files.free_bytes(core_.directory));
  if (free >= core_.options.free_disk_bytes_min) return {};
  return fail(Code::storage_full, "{} bytes are free on the disk, less than the {} to be left free", free,
              core_.options.free_disk_bytes_min);
}

// ---- checkpoints ----

Status Maintenance::checkpoint(bool writer_ended) {
  const MutexLock work(work_mutex_);
  return make_checkpoint(writer_ended);
}

Status Maintenance::make_checkpoint(bool writer_ended) {
  const int64_t unsaved_since_us = unsaved_since_us_.exchange(-1);
  const uint64_t journal_bytes = core_.counters.journal_bytes;
  CheckpointHead head;
  head.number = checkpoint_ + 1;
  head.position = core_.applied();
  head.stamp = core_.stamps.last_stamp();
  // What a checkpoint holds must not be newer than the journal that is durable.
  const auto sync_journal = [&]() -> Status {
    if (writer_ended || core_.options.durability == Durability::commit) return {};
    return plan([this]() -> Result<std::vector<Op>> {
      TRY(core_.journal.sync());
      return std::vector<Op>();
    });
  };
  const auto written = write_checkpoint(core_.files, core_.directory / "checkpoint", head, core_.state, sync_journal);
  checkpoint_failed_ = !written;
  if (!written) {
    unsaved_since_us_ = unsaved_since_us >= 0 ? unsaved_since_us : core_.clock.monotonic_us();
    return std::unexpected(written.error());
  }
  checkpoint_ = head.number;
  ++checkpoints_made_;
  checkpointed_bytes_ = journal_bytes;
  needed_before_ = needed_;
  needed_ = head.position.file;
  return drop_what_no_checkpoint_needs();
}

/// Keeps the two newest checkpoints and the journal from the older one on.
Status Maintenance::drop_what_no_checkpoint_needs() {
  const auto directory = core_.directory / "checkpoint";
  TRY_ASSIGN(const auto numbers, list_checkpoints(core_.files, directory));
  for (const uint64_t number : numbers) {
    if (number + 1 < checkpoint_) TRY(remove_checkpoint(core_.files, directory, number));
  }
  return core_.journal.drop_before(needed_before_.value_or(*needed_));
}

// ---- retention ----

Status Maintenance::retain() {
  const MutexLock work(work_mutex_);
  const TimestampMs now = core_.clock.wall_ms();
  auto starts = retention_starts(core_.state.topics.partitions(), now, core_.options.total_bytes_max);
  for (const auto& partition : core_.state.topics.partitions()) {
    partition->expire_producers(now - core_.options.producer_id_expiration_ms);
  }
  if (!starts.empty()) {
    TRY(plan(
        [ops = std::move(starts)]() -> Result<std::vector<Op>> { return std::vector<Op>(ops.begin(), ops.end()); }));
  }
  reap_again_ = core_.storage->reaper.run(checkpoint_);
  return {};
}

// ---- the compactor ----

void Maintenance::want_compaction() {
  const MutexLock lock(mutex_);
  compact_wanted_ = true;
  compactor_wakes_.notify_one();
}

void Maintenance::run_compactor() {
  name_thread("log-compactor");
  io::set_urgency(io::Urgency::background);
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (!compact_wanted_) {
      compactor_wakes_.wait(lock);
      continue;
    }
    compact_wanted_ = false;
    lock.unlock();
    if (auto compacted = compact_due(); !compacted) log_warn("log: compaction: {}", compacted.error().to_text());
    lock.lock();
  }
}

Status Maintenance::compact_due() {
  const MutexLock compacting(compact_mutex_);
  // Once two checkpoints were made since the start, nothing from before it is needed that they do not name.
  if (!orphans_removed_ && checkpoints_made_ >= 2) {
    orphans_removed_ = true;
    TRY(remove_orphans());
  }
  bool replaced = false;
  const TimestampMs now = core_.clock.wall_ms();
  const RunSwap run_swap = [this](const std::function<bool(uint64_t)>& swap) {
    const MutexLock work(work_mutex_);
    return swap(checkpoint_ + 2);
  };
  for (const auto& partition : core_.state.topics.partitions()) {
    {
      const MutexLock lock(mutex_);
      if (stopping_) break;
    }
    if (!compaction_due(*partition, now)) continue;
    TRY_ASSIGN(const bool some, compact(*partition, now, {}, run_swap));
    replaced = replaced || some;
  }
  if (replaced) {
    note_unsaved();
    wake_keeper();
  }
  return {};
}

/// Removes directories of topics that are gone and files of partitions that are not part of them: left behind by an
/// unclean stop.
Status Maintenance::remove_orphans() {
  auto& files = core_.files;
  const TopicNumber next_topic = core_.state.topics.next_number();
  for (const auto& partition : core_.state.topics.partitions()) TRY(partition->remove_orphans());
  const auto topics = files.list(core_.storage->directory);
  if (!topics) return {};
  for (const std::string& topic : *topics) {
    const auto path = core_.storage->directory / topic;
    TRY_ASSIGN(const auto names, files.list(path));
    for (const std::string& name : names) {
      const auto number = PartitionStorage::topic_of_directory(name);
      if (!number || *number >= next_topic || core_.state.topics.partition(*number, PartitionId(0))) continue;
      TRY_ASSIGN(const auto old, files.list(path / name));
      for (const std::string& file : old) {
        if (!core_.storage->reaper.holds(path / name / file)) TRY(files.remove_if_there(path / name / file));
      }
      (void)files.remove_if_there(path / name);
    }
  }
  return {};
}

Status Maintenance::plan(UniqueFunction<Result<std::vector<Op>>()> plan) {
  std::promise<Status> promise;
  auto done = promise.get_future();
  core_.queue->push(PlannedItem{std::move(plan), [&promise](Status status) { promise.set_value(std::move(status)); }});
  return done.get();
}

}  // namespace azud::log
