#pragma once

#include <deque>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/unique_function.h"
#include "log/core.h"
#include "log/stager.h"
#include "log/write_queue.h"

namespace azud::log {

/// The journal's thread: makes entries of what is queued, writes and syncs them a group at a time, applies them, and
/// answers.
class Writer {
 public:
  /// `progress` is called on this thread after each group that was written or failed.
  Writer(Core& core, UniqueFunction<void()> progress);

  /// Before run(): makes one entry of `ops`, durable when it returns.
  Status write_now(const std::vector<Op>& ops);

  void start();
  /// Answers what is queued, syncs, and ends the thread. The queue must be closed.
  void stop();

 private:
  void run();
  /// Takes those that let others pass out of `items`.
  void set_aside(std::vector<Item>& items);
  void cancel_set_aside();
  void run_items(std::span<Item> items);
  std::span<Item> next_group(std::span<Item> items) const;
  void run_group(std::span<Item> group);
  void stage(std::span<Item> group, TimestampMs stamp);
  Status write_group();
  void apply_group();
  void wake_touched();
  void sync_if_due();

  Core& core_;
  UniqueFunction<void()> progress_;
  Stager stager_;
  int64_t unsynced_since_us_ = -1;  ///< -1: all that was written is synced
  std::deque<Item> set_aside_;
  std::vector<std::shared_ptr<StoredPartition>> touched_;
  std::vector<WaiterPtr> due_;
  std::thread thread_;
};

}  // namespace azud::log
