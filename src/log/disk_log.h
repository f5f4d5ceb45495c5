#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/thread_annotations.h"
#include "io/file.h"
#include "log/journal.h"
#include "log/log.h"
#include "log/stager.h"
#include "log/stamp_clock.h"
#include "log/state.h"
#include "log/write_queue.h"

namespace azud::log {

/// The log on a file system. One thread, the journal's, makes entries of what is queued, a group at a time.
class DiskLog final : public Log, private JobStore {
 public:
  DiskLog(io::FileSystem& files, const io::Clock& clock, std::filesystem::path directory, LogOptions options);
  ~DiskLog() override;

  /// Recovers what is in the directory and starts to work.
  Status start();

  void append(PartitionPtr partition, SharedBytes batch, AppendDone done) override;
  void commit(WriteBatch batch, CommitDone done) override;
  void create_topic(std::string name, int32_t partitions, std::map<std::string, std::string> config,
                    Done done) override;
  void delete_topic(std::string name, Done done) override;
  void add_partitions(std::string name, int32_t total, Done done) override;
  void set_topic_config(std::string name, std::map<std::string, std::string> config, Done done) override;
  void delete_records(PartitionPtr partition, Offset before, Done done) override;
  void next_producer_id(UniqueFunction<void(Result<ProducerId>)> done) override;

  TopicPtr find_topic(std::string_view name) const override { return state_.topics.find(name); }
  TopicPtr find_topic(TopicId id) const override { return state_.topics.find(id); }
  std::vector<TopicPtr> topics() const override { return state_.topics.all(); }
  std::optional<std::string> get(std::string_view table, std::string_view key) const override {
    return state_.catalogue.get(table, key);
  }
  std::vector<std::pair<std::string, std::string>> scan(std::string_view table,
                                                        std::string_view prefix) const override {
    return state_.catalogue.scan(table, prefix);
  }
  JobStore& jobs() override { return *this; }
  LogNow now() const override { return clock_.now(); }
  const std::string& cluster_id() const override { return cluster_id_; }
  const LogOptions& options() const override { return options_; }
  std::optional<std::string> storage_full() const override;
  Statistics statistics() const override;

 private:
  // JobStore.
  Result<JobRestore> restore(const std::string& job) override { return state_.jobs.restore(job); }
  uint64_t delta_bytes(const std::string& job) const override { return state_.jobs.delta_bytes(job); }
  void finish_snapshot(const std::string& job, uint64_t generation, SharedBytes whole,
                       UniqueFunction<void(Status)> done) override;
  std::vector<std::string> names() const override { return state_.jobs.names(); }
  void drop(const std::string& job, UniqueFunction<void(Status)> done) override;

  Status recover(JournalPosition& end);
  Status make_cluster_id();
  /// Queues a change that is decided on when its turn comes.
  void plan(UniqueFunction<Result<std::vector<Op>>()> plan, Done done);

  // The journal's thread.
  void run();
  void run_group(std::span<Item> group);
  std::span<Item> next_group(std::span<Item> items);
  Status write_group();
  void apply_group();
  void sync_if_due();

  io::FileSystem& files_;
  const io::Clock& machine_clock_;
  const std::filesystem::path directory_;
  const LogOptions options_;
  std::unique_ptr<io::FileLock> lock_;
  std::string cluster_id_;
  std::shared_ptr<WriteQueue> queue_;
  StampClock clock_;
  State state_;

  Journal journal_;
  Stager stager_;
  int64_t next_producer_id_ = 0;
  int64_t unsynced_since_us_ = -1;  ///< -1: all that was written is synced
  std::vector<std::shared_ptr<StoredPartition>> touched_;
  std::vector<WaiterPtr> due_;
  std::thread thread_;

  std::atomic<uint64_t> entries_ = 0, syncs_ = 0, appended_batches_ = 0, journal_bytes_ = 0;
};

}  // namespace azud::log
