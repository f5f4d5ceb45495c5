#include "log/disk_log.h"

#include "base/logging.h"

namespace azud::log {

namespace {
/// There while a log runs that may lose what it acknowledged if it is not stopped in good order.
constexpr std::string_view running_marker = "running";
}  // namespace

Result<std::unique_ptr<Log>> Log::open(io::FileSystem& files, const io::Clock& clock, std::filesystem::path directory,
                                       LogOptions options) {
  auto log = std::make_unique<DiskLog>(files, clock, std::move(directory), std::move(options));
  TRY(log->start());
  return log;
}

DiskLog::DiskLog(io::FileSystem& files, const io::Clock& clock, std::filesystem::path directory, LogOptions options)
    : core_(files, clock, std::move(directory), std::move(options)),
      writer_(core_, [this] { maintenance_.look(); }),
      maintenance_(core_) {}

Status DiskLog::start() {
  TRY(core_.files.create_directories(core_.directory / "journal"));
  TRY_ASSIGN(lock_, core_.files.lock(core_.directory / "lock"));
  TRY_ASSIGN(const auto checkpoint, recover(core_));
  maintenance_.set_restored(checkpoint);
  TRY(raise_epoch_after_unclean_stop());
  TRY(make_cluster_id());
  next_producer_id_ = core_.state.producer_ids_end();
  writer_.start();
  maintenance_.start();
  started_ = true;
  return {};
}

DiskLog::~DiskLog() {
  if (!started_) return;
  core_.queue->close();
  writer_.stop();
  maintenance_.stop();
  if (auto made = maintenance_.checkpoint(true); !made) {
    log_error("log: no checkpoint at the stop: {}", made.error().to_text());
    return;
  }
  if (auto removed = core_.files.remove_if_there(core_.directory / running_marker); !removed) {
    log_warn("log: {}", removed.error().message());
  }
}

/// What was acknowledged and not synced may be gone after an unclean stop; a new leader epoch tells clients so.
Status DiskLog::raise_epoch_after_unclean_stop() {
  const auto marker = core_.directory / running_marker;
  const auto found = core_.files.open(marker, io::OpenMode::read);
  if (found) {
    const LeaderEpoch epoch = core_.state.epoch() + 1;
    log_warn("log: not stopped in good order and not synced at each write: leader epoch {} begins", epoch);
    TRY(writer_.write_now({op::RaiseEpoch{epoch}}));
  } else if (found.error().code() != Code::not_found) {
    return std::unexpected(found.error());
  }
  if (core_.options.durability != Durability::commit) {
    return core_.files.replace_file(marker, "running\n");
  }
  TRY(core_.files.remove_if_there(marker));
  return core_.files.sync_directory(core_.directory);
}

// ---- what callers queue ----

void DiskLog::append(PartitionPtr partition, SharedBytes batch, AppendDone done) {
  Item item = AppendItem{std::move(partition), std::move(batch), std::move(done)};
  if (Stager::bytes_bound(item) > entry_bytes_max) {
    refuse(item, Error(Code::invalid, "the batch is larger than a journal entry can be"));
    return complete(item);
  }
  core_.queue->push(std::move(item));
}

void DiskLog::commit(WriteBatch batch, CommitDone done) {
  Item item = CommitItem{std::move(batch), std::move(done)};
  if (Stager::bytes_bound(item) > entry_bytes_max) {
    refuse(item, Error(Code::invalid, "the commit is larger than a journal entry can be"));
    return complete(item);
  }
  core_.queue->push(std::move(item));
}

void DiskLog::plan(Turn turn, UniqueFunction<Result<std::vector<Op>>()> plan, Done done) {
  core_.queue->push(PlannedItem{std::move(plan), std::move(done), turn == Turn::lets_pass});
}

std::optional<std::string> DiskLog::storage_full() const {
  const auto reason = core_.space.reason();
  if (!reason) return std::nullopt;
  return reason->message();
}

Log::Statistics DiskLog::statistics() const {
  const Core::Counters& counters = core_.counters;
  return {counters.entries,          counters.syncs,      counters.journal_bytes, core_.storage->written_bytes,
          counters.appended_batches, core_.budget.bytes()};
}

}  // namespace azud::log
