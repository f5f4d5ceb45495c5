#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "io/file.h"
#include "log/core.h"
#include "log/log.h"
#include "log/maintenance.h"
#include "log/writer.h"

namespace azud::log {

/// The log on a file system.
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

  TopicPtr find_topic(std::string_view name) const override { return core_.state.topics.find(name); }
  TopicPtr find_topic(TopicId id) const override { return core_.state.topics.find(id); }
  std::vector<TopicPtr> topics() const override { return core_.state.topics.all(); }
  std::optional<std::string> get(std::string_view table, std::string_view key) const override {
    return core_.state.catalogue.get(table, key);
  }
  std::vector<std::pair<std::string, std::string>> scan(std::string_view table,
                                                        std::string_view prefix) const override {
    return core_.state.catalogue.scan(table, prefix);
  }
  std::size_t table_bytes(std::string_view table) const override { return core_.state.catalogue.bytes(table); }
  JobStore& jobs() override { return *this; }
  LogNow now() const override { return core_.stamps.now(); }
  const std::string& cluster_id() const override { return cluster_id_; }
  const LogOptions& options() const override { return core_.options; }
  std::optional<std::string> storage_full() const override;
  Statistics statistics() const override;

  /// What otherwise happens from time to time, now, on the calling thread: a checkpoint; what retention says;
  /// compaction.
  Status checkpoint() { return maintenance_.checkpoint(); }
  Status retain() { return maintenance_.retain(); }
  Status compact() { return maintenance_.compact_due(); }

 private:
  // JobStore.
  Result<JobRestore> restore(const std::string& job) override { return core_.state.jobs.restore(job); }
  uint64_t delta_bytes(const std::string& job) const override { return core_.state.jobs.delta_bytes(job); }
  void finish_snapshot(const std::string& job, uint64_t generation, SharedBytes whole,
                       UniqueFunction<void(Status)> done) override;
  std::vector<std::string> names() const override { return core_.state.jobs.names(); }
  void drop(const std::string& job, UniqueFunction<void(Status)> done) override;

  Status raise_epoch_after_unclean_stop();
  Status make_cluster_id();
  /// Queues a change that is decided on when its turn comes. One of `lets_pass` may be overtaken by others.
  enum class Turn : uint8_t { in_order, lets_pass };
  void plan(Turn turn, UniqueFunction<Result<std::vector<Op>>()> plan, Done done);
  Status check_partition_room(int64_t more) const;

  Core core_;
  std::unique_ptr<io::FileLock> lock_;
  Writer writer_;
  Maintenance maintenance_;
  std::string cluster_id_;
  int64_t next_producer_id_ = 0;  ///< the journal's thread
  bool started_ = false;
};

}  // namespace azud::log
