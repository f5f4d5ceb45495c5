#include "log/writer.h"

#include <algorithm>

#include "base/assert.h"
#include "base/logging.h"
#include "base/thread_name.h"
#include "io/thread_urgency.h"

namespace azud::log {

namespace {

constexpr std::size_t group_bytes_max = 8 << 20;
/// Of changes that let others pass: so many do not hold anybody up.
constexpr std::size_t kept_in_order_max = 16;
/// Of the same: with more of them a stop would take long.
constexpr std::size_t finished_at_stop_max = 1000;

/// True for what is refused while the disk is full: records and the state of jobs, not the small things that help to
/// make room or to stop in good order.
bool needs_room(const Item& item) {
  if (std::holds_alternative<AppendItem>(item)) return true;
  const auto* commit = std::get_if<CommitItem>(&item);
  return commit != nullptr && std::any_of(commit->batch.ops().begin(), commit->batch.ops().end(), [](const auto& op) {
           return std::holds_alternative<WriteBatch::Append>(op) || std::holds_alternative<WriteBatch::JobDelta>(op);
         });
}

}  // namespace

Writer::Writer(Core& core, UniqueFunction<void()> progress) : core_(core), progress_(std::move(progress)) {}

void Writer::start() {
  thread_ = std::thread([this] { run(); });
}

void Writer::stop() {
  if (thread_.joinable()) thread_.join();
}

Status Writer::write_now(const std::vector<Op>& ops) {
  std::size_t bytes = entry_header_bytes;
  for (const Op& op : ops) bytes += encoded_size(op);
  stager_.begin(core_.journal.position(), core_.stamps.begin_group(), bytes);
  stager_.add(ops);
  Status written = core_.journal.write(stager_.bytes());
  if (written) written = core_.journal.sync();
  if (written) apply_group();
  touched_.clear();
  stager_.clear();
  core_.stamps.end_group(core_.journal.position().next - 1);
  return written;
}

void Writer::run() {
  name_thread("log-writer");
  io::set_urgency(io::Urgency::soon);
  WriteQueue::Taken taken;
  while (true) {
    std::optional<int64_t> timeout_ms;
    if (unsynced_since_us_ >= 0) {
      const int64_t waited_ms = (core_.clock.monotonic_us() - unsynced_since_us_) / 1000;
      timeout_ms = std::max<int64_t>(0, core_.options.sync_interval_ms - waited_ms);
    }
    if (!set_aside_.empty()) timeout_ms = 0;
    core_.queue->take(taken, timeout_ms);
    for (const WaiterPtr& waiter : taken.wakes) waiter->fire();
    set_aside(taken.items);
    run_items(taken.items);
    if (taken.closed && set_aside_.size() > finished_at_stop_max) cancel_set_aside();
    if (!set_aside_.empty()) {
      run_items({&set_aside_.front(), 1});
      set_aside_.pop_front();
    }
    sync_if_due();
    if (taken.closed && taken.items.empty() && set_aside_.empty()) break;
  }
  if (auto synced = core_.journal.sync(); !synced) log_error("log: syncing failed: {}", synced.error().to_text());
}

void Writer::run_items(std::span<Item> items) {
  while (!items.empty()) {
    const auto group = next_group(items);
    run_group(group);
    items = items.subspan(group.size());
    sync_if_due();
    progress_();
  }
}

void Writer::set_aside(std::vector<Item>& items) {
  const auto is_patient = [](const Item& item) {
    const auto* planned = std::get_if<PlannedItem>(&item);
    return planned != nullptr && planned->lets_pass;
  };
  // A few keep the order in which all came.
  const auto count = static_cast<std::size_t>(std::ranges::count_if(items, is_patient));
  if (count == 0 || (set_aside_.empty() && count <= kept_in_order_max)) return;
  std::vector<Item> rest;
  for (Item& item : items) {
    if (is_patient(item)) {
      set_aside_.push_back(std::move(item));
    } else {
      rest.push_back(std::move(item));
    }
  }
  items.swap(rest);
}

void Writer::cancel_set_aside() {
  for (Item& item : set_aside_) {
    refuse(item, Error(Code::cancelled, "the log is being closed"));
    complete(item);
  }
  set_aside_.clear();
}

/// The next items that share a write and a sync.
std::span<Item> Writer::next_group(std::span<Item> items) const {
  if (std::holds_alternative<PlannedItem>(items.front())) return items.first(1);
  std::size_t count = 0, bytes = 0;
  for (; count < items.size() && !std::holds_alternative<PlannedItem>(items[count]); ++count) {
    bytes += Stager::bytes_bound(items[count]);
    if (count > 0 && bytes > group_bytes_max) break;
  }
  return items.first(count);
}

void Writer::run_group(std::span<Item> group) {
  if (!std::holds_alternative<PlannedItem>(group.front())) {
    while (!core_.budget.wait_for_room()) progress_();  // says again that it is wanted
  }
  stage(group, core_.stamps.begin_group());
  if (!stager_.bytes().empty()) {
    if (auto written = write_group(); written) {
      apply_group();
    } else {
      if (core_.space.set(written.error())) log_error("log: writing failed: {}", written.error().to_text());
      stager_.undo();
      for (Item& item : group) refuse(item, written.error());
    }
  }
  stager_.clear();
  core_.stamps.end_group(core_.journal.position().next - 1);
  wake_touched();
  for (Item& item : group) complete(item);
}

/// Makes the entries of a group; items that cannot have one get their error.
void Writer::stage(std::span<Item> group, TimestampMs stamp) {
  if (auto* planned = std::get_if<PlannedItem>(&group.front())) {
    auto ops = planned->plan();
    std::size_t bytes = entry_header_bytes;
    if (!ops) planned->result = std::unexpected(ops.error());
    if (ops) {
      for (const Op& op : *ops) bytes += encoded_size(op);
    }
    stager_.begin(core_.journal.position(), stamp, bytes);
    if (ops && !ops->empty()) stager_.add(*ops);
    return;
  }
  std::size_t bytes = 0;
  for (const Item& item : group) bytes += Stager::bytes_bound(item);
  stager_.begin(core_.journal.position(), stamp, bytes);
  const auto full = core_.space.reason();
  for (Item& item : group) {
    if (full && needs_room(item)) {
      refuse(item, *full);
    } else {
      stager_.add(item);
    }
  }
}

Status Writer::write_group() {
  TRY(core_.journal.write(stager_.bytes()));
  if (core_.options.durability == Durability::commit) {
    TRY(core_.journal.sync());
    ++core_.counters.syncs;
  } else if (core_.options.durability == Durability::interval && unsynced_since_us_ < 0) {
    unsynced_since_us_ = core_.clock.monotonic_us();
  }
  return {};
}

void Writer::apply_group() {
  SharedBytes rest = stager_.shared_bytes();
  const std::size_t bytes = rest.size();
  uint64_t entries = 0;
  while (!rest.empty()) {
    std::size_t size = 0;
    const auto applied = core_.state.apply(view_entry(rest, size), touched_);
    AZUD_ASSERT(applied, "an entry that was checked must be applicable");
    rest = rest.slice(size);
    ++entries;
  }
  core_.journal.advance(stager_.next(), stager_.chain());
  core_.set_applied(core_.journal.position());
  core_.budget.add({stager_.next() - 1, bytes + touched_.size() * tail_batch_overhead_bytes, touched_});
  core_.counters.entries += entries;
  core_.counters.appended_batches += stager_.appended_batches();
  core_.counters.journal_bytes += bytes;
}

void Writer::wake_touched() {
  for (const auto& partition : touched_) partition->take_due(due_);
  touched_.clear();
  for (const WaiterPtr& waiter : due_) waiter->fire();
  due_.clear();
}

void Writer::sync_if_due() {
  if (unsynced_since_us_ < 0) return;
  if (core_.clock.monotonic_us() - unsynced_since_us_ < core_.options.sync_interval_ms * 1000) return;
  unsynced_since_us_ = -1;
  ++core_.counters.syncs;
  if (auto synced = core_.journal.sync(); !synced) {
    if (core_.space.set(synced.error())) log_error("log: syncing failed: {}", synced.error().to_text());
  }
}

}  // namespace azud::log
