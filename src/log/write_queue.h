#pragma once

#include <condition_variable>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/thread_annotations.h"
#include "log/entry.h"
#include "log/log.h"
#include "log/stored_partition.h"
#include "log/wait_list.h"

namespace azud::log {

/// One batch to append; `result` is filled while the entry is made, `done` gets it.
struct AppendItem {
  PartitionPtr partition;
  SharedBytes batch;
  Log::AppendDone done;
  Result<Appended> result = Appended{};
};
/// A WriteBatch to commit.
struct CommitItem {
  WriteBatch batch;
  Log::CommitDone done;
  Result<std::vector<Appended>> result = std::vector<Appended>();
};
/// A change that is decided on by the state as it is when its turn comes: it has a group for itself, and a sync. When
/// many of those that `lets_pass` wait, they take turns with whatever else is queued and keep their order among
/// themselves only: a client that asks for 100,000 topics does not hold up others' records. `plan` runs on the
/// journal's thread and gives the operations of its entry; none means that nothing need be written. What their views
/// point at must live as long as `plan`.
struct PlannedItem {
  UniqueFunction<Result<std::vector<Op>>()> plan;
  UniqueFunction<void(Status)> done;
  bool lets_pass = false;
  Status result = {};
};
using Item = std::variant<AppendItem, CommitItem, PlannedItem>;

/// What waits for the journal's thread. Thread-safe; outlives the log as long as a partition handle does.
class WriteQueue final : public WakeQueue {
 public:
  /// After close(), `item` is answered with `cancelled` on the calling thread.
  void push(Item item);
  void post(WaiterPtr waiter) override;

  struct Taken {
    std::vector<Item> items;
    std::vector<WaiterPtr> wakes;
    bool closed = false;
  };
  /// Waits until there is something, the queue is closed, or `timeout_ms` (if any) has passed. Leaves `taken`'s vectors
  /// with what came, reusing their room.
  void take(Taken& taken, std::optional<int64_t> timeout_ms);
  void close();

 private:
  Mutex mutex_;
  std::condition_variable_any filled_;
  std::vector<Item> items_ AZUD_GUARDED_BY(mutex_);
  std::vector<WaiterPtr> wakes_ AZUD_GUARDED_BY(mutex_);
  bool closed_ AZUD_GUARDED_BY(mutex_) = false;
  bool asleep_ AZUD_GUARDED_BY(mutex_) = false;
};

/// Answers an item with what its result holds.
void complete(Item& item);
/// Makes `error` the result of an item that had none.
void refuse(Item& item, const Error& error);

}  // namespace azud::log
