#include "log/merged_reader.h"

#include <algorithm>

#include "kafka/wire/record_batch.h"
#include "log/wait_list.h"

namespace azud::log {

namespace {

constexpr std::size_t ahead_bytes = 256 << 10;

/// The handles of one callback that waits for several partitions.
class SeveralWaits final : public Wait {
 public:
  SeveralWaits(WaiterPtr waiter, std::vector<WaitPtr> waits) : waits_(std::move(waits)), waiter_(std::move(waiter)) {}
  SeveralWaits(const SeveralWaits&) = delete;
  SeveralWaits& operator=(const SeveralWaits&) = delete;
  ~SeveralWaits() override { waiter_->cancel(); }

 private:
  std::vector<WaitPtr> waits_;
  WaiterPtr waiter_;
};

}  // namespace

MergedReader::MergedReader(const Log& log, std::vector<Start> starts) : log_(log) {
  for (Start& start : starts) cursors_.push_back({std::move(start.partition), start.from, {}, 0});
}

Offset MergedReader::position(std::size_t partition) const { return cursors_[partition].next; }

/// Has the cursor's next batch at hand, unless its partition has been read to the end.
Status MergedReader::look_ahead(Cursor& cursor) {
  if (cursor.used < cursor.ahead.size()) return {};
  cursor.ahead.clear();
  cursor.used = 0;
  const Offset start = cursor.partition->log_start();
  if (cursor.next < start) {
    skipped_ += static_cast<uint64_t>(start - cursor.next);
    cursor.next = start;
  }
  auto batches = cursor.partition->read(cursor.next, ahead_bytes);
  // Retention may have moved the start since: the next poll goes on there.
  if (!batches && batches.error().code() == Code::not_found && cursor.next < cursor.partition->log_start()) return {};
  if (!batches) return std::unexpected(std::move(batches).error());
  cursor.ahead = *std::move(batches);
  return {};
}

Result<MergedReader::Poll> MergedReader::poll(std::size_t bytes_max) {
  Poll poll;
  const LogNow now = log_.now();  // first: all up to there is visible in every partition that is looked at below
  // The cursors that have a batch to give, the one that is next in the journal at the front.
  std::vector<std::pair<Sequence, std::size_t>> heap;
  const auto offer = [&](std::size_t i) -> Status {
    Cursor& cursor = cursors_[i];
    TRY(look_ahead(cursor));
    if (cursor.used == cursor.ahead.size()) return {};
    const Sequence sequence = cursor.ahead[cursor.used].sequence;
    if (sequence > now.sequence) return {};
    heap.emplace_back(sequence, i);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
    return {};
  };
  for (std::size_t i = 0; i < cursors_.size(); ++i) TRY(offer(i));

  std::size_t bytes = 0;
  while (!heap.empty()) {
    const std::size_t i = heap.front().second;
    Cursor& cursor = cursors_[i];
    StoredBatch& batch = cursor.ahead[cursor.used];
    if (!poll.items.empty() && bytes + batch.bytes.size() > bytes_max) {
      // Behind: the log's clock is ahead of what was read, but stamps do not go back in the order of the journal.
      poll.clock = clock_;
      return poll;
    }
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    heap.pop_back();
    bytes += batch.bytes.size();
    cursor.next = batch.last + 1;
    note_stamp(batch);
    poll.items.push_back({i, std::move(batch)});
    ++cursor.used;
    TRY(offer(i));
  }
  poll.at_end = true;
  poll.clock = clock_ = std::max(clock_, now.clock);
  return poll;
}

/// A later entry of the same millisecond may still come.
void MergedReader::note_stamp(const StoredBatch& batch) {
  const auto view = kafka::BatchView::parse(batch.bytes.view());
  if (view && view->is_log_append_time()) clock_ = std::max(clock_, batch.max_timestamp - 1);
}

WaitPtr MergedReader::wait(UniqueFunction<void()> ready) {
  auto waiter = std::make_shared<Waiter>(std::move(ready));
  std::vector<WaitPtr> waits;
  for (Cursor& cursor : cursors_) waits.push_back(cursor.partition->wait(cursor.next, [waiter] { waiter->fire(); }));
  return std::make_unique<SeveralWaits>(std::move(waiter), std::move(waits));
}

}  // namespace azud::log
