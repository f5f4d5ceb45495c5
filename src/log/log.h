#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "io/clock.h"
#include "io/file.h"
#include "log/ids.h"
#include "log/job_store.h"
#include "log/partition.h"
#include "log/topic.h"
#include "log/write_batch.h"

namespace azud::log {

/// When a write counts as done (docs/guarantees.md).
enum class Durability : uint8_t {
  commit,    ///< after fdatasync of its journal entry; what is visible survives a power cut
  interval,  ///< after the write; synced every `sync_interval_ms`
  none,      ///< after the write; synced by checkpoints only
};

struct LogOptions {
  Durability durability = Durability::commit;
  int64_t sync_interval_ms = 50;
  uint64_t journal_file_bytes = 64ULL << 20;
  uint64_t checkpoint_journal_bytes = 128ULL << 20;  ///< journal written since the last checkpoint that starts the next
  int64_t checkpoint_interval_ms = 60'000;
  int64_t retention_check_interval_ms = 300'000;
  uint64_t tail_bytes_max = 32ULL << 20;  ///< memory for the newest batches of all partitions together
  int64_t quiet_ms = 5000;                ///< after so long with little written, memory is given back
  uint64_t total_bytes_max = 0;           ///< log.retention.bytes.total; 0 = no cap
  uint64_t free_disk_bytes_min = 0;       ///< below it produce is refused as if the disk were full
  /// Of all topics together: each takes half a KiB of memory, and its part of every checkpoint.
  int64_t partitions_max = 200'000;
  int64_t producer_id_expiration_ms = 24LL * 3600 * 1000;
  TopicConfig topic_defaults;
};

struct Appended {
  Offset base;
  TimestampMs log_append_time = -1;  ///< -1 on CreateTime topics
  Offset log_start;
};

/// The order of writes as one moment: every entry up to `sequence` is visible, and no entry after it will give a record
/// of a LogAppendTime topic a timestamp <= `clock` (DESIGN: the embedded log has a clock).
struct LogNow {
  Sequence sequence;
  TimestampMs clock = 0;
};

/// The durable heart of azud: one journal, all partitions, the catalogue. Thread-safe. Completion callbacks run on the
/// journal's thread, in the order of the journal: they must be short and must not block.
class Log {
 public:
  /// Opens or creates the log under `directory` and recovers it: last checkpoint, then the journal after it, cut at the
  /// first entry whose CRC fails. Fails with `unavailable` if another process has it open.
  static Result<std::unique_ptr<Log>> open(io::FileSystem& files, const io::Clock& clock,
                                           std::filesystem::path directory, LogOptions options);
  virtual ~Log() = default;  ///< clean stop: completes what was handed in, checkpoints, releases the directory

  using AppendDone = UniqueFunction<void(Result<Appended>)>;
  /// Appends one producer's batch. The batch has been validated (kafka::BatchView), except for what only the order of
  /// the journal can tell: producer epochs and sequences. Those give Code::invalid with a ProduceRefusal (below) or,
  /// for a repeat of one of the last five, the first answer again.
  virtual void append(PartitionPtr partition, SharedBytes batch, AppendDone done) = 0;

  using CommitDone = UniqueFunction<void(Result<std::vector<Appended>>)>;
  /// One atomic entry; the result has one element per append in it.
  virtual void commit(WriteBatch batch, CommitDone done) = 0;

  using Done = UniqueFunction<void(Status)>;
  /// already_exists, invalid (name, configuration). Visible to all calls before `done` is called.
  virtual void create_topic(std::string name, int32_t partitions, std::map<std::string, std::string> config,
                            Done done) = 0;
  virtual void delete_topic(std::string name, Done done) = 0;
  virtual void add_partitions(std::string name, int32_t total, Done done) = 0;
  /// Replaces the topic's whole set of overrides.
  virtual void set_topic_config(std::string name, std::map<std::string, std::string> config, Done done) = 0;
  /// Moves the log start up to `before` (DeleteRecords); the high watermark at most.
  virtual void delete_records(PartitionPtr partition, Offset before, Done done) = 0;
  /// A producer id never given out before.
  virtual void next_producer_id(UniqueFunction<void(Result<ProducerId>)> done) = 0;

  virtual TopicPtr find_topic(std::string_view name) const = 0;  ///< null if there is none
  virtual TopicPtr find_topic(TopicId id) const = 0;
  virtual std::vector<TopicPtr> topics() const = 0;  ///< by name

  /// The durable catalogue.
  virtual std::optional<std::string> get(std::string_view table, std::string_view key) const = 0;
  /// All pairs of `table` whose key begins with `prefix`, in key order.
  virtual std::vector<std::pair<std::string, std::string>> scan(std::string_view table,
                                                                std::string_view prefix) const = 0;
  /// About what `table` takes in memory, where all of it is.
  virtual std::size_t table_bytes(std::string_view table) const = 0;

  virtual JobStore& jobs() = 0;

  virtual LogNow now() const = 0;
  /// Random, made with the log, kept for life: Kafka's cluster id.
  virtual const std::string& cluster_id() const = 0;
  virtual const LogOptions& options() const = 0;

  /// Set while writes are refused for lack of space, with the reason.
  virtual std::optional<std::string> storage_full() const = 0;

  struct Statistics {
    uint64_t entries = 0, syncs = 0, journal_bytes = 0, segment_bytes = 0, appended_batches = 0;
    uint64_t tail_bytes = 0;  ///< in memory now, for the newest batches
  };
  virtual Statistics statistics() const = 0;
};

/// Why an idempotent producer's batch was not appended.
enum class ProduceRefusal : uint8_t { none, stale_epoch, duplicate_sequence, out_of_order_sequence };
/// The refusal behind an append's error, `none` for every other error.
ProduceRefusal refusal_of(const Error& error);

}  // namespace azud::log
