#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "log/ids.h"
#include "log/log.h"

namespace azud::log {

/// What an idempotent producer's batch says of itself.
struct ProducerStamp {
  ProducerId id = no_producer;
  int16_t epoch = -1;
  int32_t first_sequence = -1;
  int32_t last_sequence = -1;
};

/// The sequence number `by` steps after `from`; they wrap from 2^31 - 1 to 0.
int32_t advance_sequence(int32_t from, int32_t by);

/// What a partition remembers of one producer.
struct ProducerEntry {
  struct Batch {
    int32_t first_sequence = -1, last_sequence = -1;
    Offset base, last;
    TimestampMs log_append_time = -1;
  };
  static constexpr int batches_max = 5;

  int16_t epoch = -1;
  uint8_t count = 0;                         ///< of `batches`, the oldest first
  std::array<Batch, batches_max> batches{};  ///< Kafka's clients have at most five requests in flight
  TimestampMs last_time_ms = 0;              ///< when it last appended, for expiry

  const Batch& newest() const { return batches[count - 1]; }
  void add(int16_t batch_epoch, const Batch& batch, TimestampMs time_ms);
};

enum class ProducerVerdict : uint8_t { append, repeat };

template <class F>
bool fields(ProducerEntry::Batch& b, F&& f) {
  return f(b.first_sequence) && f(b.last_sequence) && f(b.base) && f(b.last) && f(b.log_append_time);
}

/// A producer as a checkpoint keeps it.
struct ProducerRecord {
  ProducerId id;
  int16_t epoch = -1;
  TimestampMs last_time_ms = 0;
  std::vector<ProducerEntry::Batch> batches;
};
template <class F>
bool fields(ProducerRecord& p, F&& f) {
  return f(p.id) && f(p.epoch) && f(p.last_time_ms) && f(p.batches);
}

/// Kafka's rules for the next batch of a producer; `entry` is null if nothing is known of it, and then any sequence
/// begins (KIP-360). On `repeat`, `original` is the batch that it repeats. Errors hold a ProduceRefusal.
Result<ProducerVerdict> check_producer(const ProducerEntry* entry, const ProducerStamp& stamp,
                                       ProducerEntry::Batch& original);

/// The producers of one partition. Guarded by the partition's mutex.
class ProducerTable {
 public:
  const ProducerEntry* find(ProducerId id) const;
  /// Notes an appended batch; one that is known already is not noted again, so that recovery may repeat itself.
  void add(const ProducerStamp& stamp, const ProducerEntry::Batch& batch, TimestampMs time_ms);
  void restore(const std::vector<ProducerRecord>& records);
  std::vector<ProducerRecord> records() const;
  /// Forgets producers that have not appended since `before`.
  void expire(TimestampMs before);

  std::size_t size() const { return producers_.size(); }

 private:
  std::unordered_map<ProducerId, ProducerEntry> producers_;
};

}  // namespace azud::log
