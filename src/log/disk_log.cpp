#include "log/disk_log.h"

#include <algorithm>

#include "base/assert.h"
#include "base/logging.h"

namespace azud::log {

namespace {
constexpr std::size_t group_bytes_max = 8 << 20;
}  // namespace

Result<std::unique_ptr<Log>> Log::open(io::FileSystem& files, const io::Clock& clock, std::filesystem::path directory,
                                       LogOptions options) {
  auto log = std::make_unique<DiskLog>(files, clock, std::move(directory), std::move(options));
  TRY(log->start());
  return log;
}

DiskLog::DiskLog(io::FileSystem& files, const io::Clock& clock, std::filesystem::path directory, LogOptions options)
    : files_(files),
      machine_clock_(clock),
      directory_(std::move(directory)),
      options_(std::move(options)),
      queue_(std::make_shared<WriteQueue>()),
      clock_(clock),
      state_(files, directory_, options_.topic_defaults, queue_),
      journal_(files, directory_ / "journal", options_.journal_file_bytes) {}

DiskLog::~DiskLog() {
  queue_->close();
  if (thread_.joinable()) thread_.join();
}

Status DiskLog::start() {
  TRY(files_.create_directories(directory_ / "journal"));
  TRY_ASSIGN(lock_, files_.lock(directory_ / "lock"));
  JournalPosition end;
  TRY(recover(end));
  TRY(journal_.start(end));
  TRY(make_cluster_id());
  next_producer_id_ = state_.producer_ids_end();
  thread_ = std::thread([this] { run(); });
  return {};
}

Status DiskLog::recover(JournalPosition& end) {
  const int64_t began_us = machine_clock_.monotonic_us();
  JournalReader reader(files_, directory_ / "journal", JournalPosition());
  TimestampMs stamp = 0;
  uint64_t entries = 0;
  while (true) {
    TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) break;
    TRY(state_.apply(*entry, touched_));
    touched_.clear();
    stamp = std::max(stamp, entry->time_ms);
    ++entries;
  }
  end = reader.position();
  clock_.restore(end.next - 1, stamp);
  if (entries > 0) {
    log_info("log: {} journal entries replayed in {} ms", entries, (machine_clock_.monotonic_us() - began_us) / 1000);
  }
  return {};
}

// ---- what callers queue ----

void DiskLog::append(PartitionPtr partition, SharedBytes batch, AppendDone done) {
  Item item = AppendItem{std::move(partition), std::move(batch), std::move(done)};
  if (Stager::bytes_bound(item) > entry_bytes_max) {
    refuse(item, Error(Code::invalid, "the batch is larger than a journal entry can be"));
    return complete(item);
  }
  queue_->push(std::move(item));
}

void DiskLog::commit(WriteBatch batch, CommitDone done) {
  Item item = CommitItem{std::move(batch), std::move(done)};
  if (Stager::bytes_bound(item) > entry_bytes_max) {
    refuse(item, Error(Code::invalid, "the commit is larger than a journal entry can be"));
    return complete(item);
  }
  queue_->push(std::move(item));
}

void DiskLog::plan(UniqueFunction<Result<std::vector<Op>>()> plan, Done done) {
  queue_->push(PlannedItem{std::move(plan), std::move(done)});
}

std::optional<std::string> DiskLog::storage_full() const { return std::nullopt; }

Log::Statistics DiskLog::statistics() const {
  return {entries_.load(), syncs_.load(), journal_bytes_.load(), 0, appended_batches_.load()};
}

// ---- the journal's thread ----

void DiskLog::run() {
  WriteQueue::Taken taken;
  while (true) {
    std::optional<int64_t> timeout_ms;
    if (unsynced_since_us_ >= 0) {
      const int64_t waited_ms = (machine_clock_.monotonic_us() - unsynced_since_us_) / 1000;
      timeout_ms = std::max<int64_t>(0, options_.sync_interval_ms - waited_ms);
    }
    queue_->take(taken, timeout_ms);
    for (const WaiterPtr& waiter : taken.wakes) waiter->fire();
    for (std::span<Item> left = taken.items; !left.empty();) {
      const auto group = next_group(left);
      run_group(group);
      left = left.subspan(group.size());
      sync_if_due();
    }
    sync_if_due();
    if (taken.closed && taken.items.empty()) break;
  }
  if (auto synced = journal_.sync(); !synced) log_error("log: syncing failed: {}", synced.error().to_text());
}

/// The next items that share a write and a sync.
std::span<Item> DiskLog::next_group(std::span<Item> items) {
  if (std::holds_alternative<PlannedItem>(items.front())) return items.first(1);
  std::size_t count = 0, bytes = 0;
  for (; count < items.size() && !std::holds_alternative<PlannedItem>(items[count]); ++count) {
    bytes += Stager::bytes_bound(items[count]);
    if (count > 0 && bytes > group_bytes_max) break;
  }
  return items.first(count);
}

void DiskLog::run_group(std::span<Item> group) {
  const TimestampMs stamp = clock_.begin_group();
  if (auto* planned = std::get_if<PlannedItem>(&group.front())) {
    auto ops = planned->plan();
    std::size_t bytes = entry_header_bytes;
    if (!ops) planned->result = std::unexpected(ops.error());
    if (ops) {
      for (const Op& op : *ops) bytes += encoded_size(op);
    }
    stager_.begin(journal_.position(), stamp, bytes);
    if (ops && !ops->empty()) stager_.add(*ops);
  } else {
    std::size_t bytes = 0;
    for (const Item& item : group) bytes += Stager::bytes_bound(item);
    stager_.begin(journal_.position(), stamp, bytes);
    for (Item& item : group) stager_.add(item);
  }

  if (!stager_.bytes().empty()) {
    if (auto written = write_group(); written) {
      apply_group();
    } else {
      log_error("log: writing failed: {}", written.error().to_text());
      stager_.undo();
      for (Item& item : group) refuse(item, written.error());
    }
  }
  stager_.clear();
  clock_.end_group(journal_.position().next - 1);
  for (const auto& partition : touched_) partition->take_due(due_);
  touched_.clear();
  for (const WaiterPtr& waiter : due_) waiter->fire();
  due_.clear();
  for (Item& item : group) complete(item);
}

Status DiskLog::write_group() {
  TRY(journal_.write(stager_.bytes()));
  if (options_.durability == Durability::commit) {
    TRY(journal_.sync());
    ++syncs_;
  } else if (options_.durability == Durability::interval && unsynced_since_us_ < 0) {
    unsynced_since_us_ = machine_clock_.monotonic_us();
  }
  return {};
}

void DiskLog::apply_group() {
  SharedBytes rest = stager_.shared_bytes();
  appended_batches_ += stager_.appended_batches();
  journal_bytes_ += rest.size();
  Sequence sequence = journal_.position().next;
  uint32_t chain = journal_.position().chain;
  while (!rest.empty()) {
    std::size_t size = 0;
    const auto entry = open_entry(rest, sequence, chain, size);
    AZUD_ASSERT(entry, "an entry just made must be readable");
    const auto applied = state_.apply(*entry, touched_);
    AZUD_ASSERT(applied, "an entry that was checked must be applicable");
    rest = rest.slice(size);
    ++sequence;
    ++entries_;
  }
  journal_.advance(stager_.next(), stager_.chain());
}

void DiskLog::sync_if_due() {
  if (unsynced_since_us_ < 0) return;
  if (machine_clock_.monotonic_us() - unsynced_since_us_ < options_.sync_interval_ms * 1000) return;
  unsynced_since_us_ = -1;
  ++syncs_;
  if (auto synced = journal_.sync(); !synced) log_error("log: syncing failed: {}", synced.error().to_text());
}

}  // namespace azud::log
