#include "log/producer_state.h"

#include <algorithm>
#include <limits>

namespace azud::log {

namespace {

// Error holds a code and texts only, so a refusal is told by how its message begins.
constexpr std::string_view stale_text = "stale producer epoch";
constexpr std::string_view duplicate_text = "duplicate sequence";
constexpr std::string_view gap_text = "out of order sequence";

/// True if `a` is not newer than `b`, on the circle of sequence numbers.
bool not_after(int32_t a, int32_t b) {
  constexpr uint32_t circle = 1U << 31;
  const uint32_t distance = (static_cast<uint32_t>(b) - static_cast<uint32_t>(a)) & (circle - 1);
  return distance < circle / 2;
}

}  // namespace

int32_t advance_sequence(int32_t from, int32_t by) {
  return static_cast<int32_t>((static_cast<uint32_t>(from) + static_cast<uint32_t>(by)) & 0x7fffffffU);
}

void ProducerEntry::add(int16_t batch_epoch, const Batch& batch, TimestampMs time_ms) {
  if (batch_epoch != epoch) {
    epoch = batch_epoch;
    count = 0;
  }
  if (count == batches_max) {
    std::move(batches.begin() + 1, batches.end(), batches.begin());
    --count;
  }
  batches[count++] = batch;
  last_time_ms = time_ms;
}

Result<ProducerVerdict> check_producer(const ProducerEntry* entry, const ProducerStamp& stamp,
                                       ProducerEntry::Batch& original) {
  if (entry == nullptr || entry->count == 0) return ProducerVerdict::append;
  if (stamp.epoch < entry->epoch) {
    return fail(Code::invalid, "{} {} of producer {}, the newest is {}", stale_text, stamp.epoch, stamp.id,
                entry->epoch);
  }
  if (stamp.epoch > entry->epoch) {
    if (stamp.first_sequence == 0) return ProducerVerdict::append;
    return fail(Code::invalid, "{} {} of producer {}: a new epoch begins at 0", gap_text, stamp.first_sequence,
                stamp.id);
  }
  for (int i = 0; i < entry->count; ++i) {
    const auto& batch = entry->batches[i];
    if (batch.first_sequence == stamp.first_sequence && batch.last_sequence == stamp.last_sequence) {
      original = batch;
      return ProducerVerdict::repeat;
    }
  }
  const int32_t last = entry->newest().last_sequence;
  if (stamp.first_sequence == advance_sequence(last, 1)) return ProducerVerdict::append;
  if (not_after(stamp.last_sequence, last)) {
    return fail(Code::invalid, "{} {} to {} of producer {}, the newest is {}", duplicate_text, stamp.first_sequence,
                stamp.last_sequence, stamp.id, last);
  }
  return fail(Code::invalid, "{} {} of producer {}, expected {}", gap_text, stamp.first_sequence, stamp.id,
              advance_sequence(last, 1));
}

ProduceRefusal refusal_of(const Error& error) {
  if (error.code() != Code::invalid) return ProduceRefusal::none;
  if (error.message().starts_with(stale_text)) return ProduceRefusal::stale_epoch;
  if (error.message().starts_with(duplicate_text)) return ProduceRefusal::duplicate_sequence;
  if (error.message().starts_with(gap_text)) return ProduceRefusal::out_of_order_sequence;
  return ProduceRefusal::none;
}

const ProducerEntry* ProducerTable::find(ProducerId id) const {
  const auto found = producers_.find(id);
  return found == producers_.end() ? nullptr : &found->second;
}

void ProducerTable::add(const ProducerStamp& stamp, const ProducerEntry::Batch& batch, TimestampMs time_ms) {
  ProducerEntry& entry = producers_[stamp.id];
  if (entry.count > 0 && batch.base <= entry.newest().last) return;
  entry.add(stamp.epoch, batch, time_ms);
}

void ProducerTable::restore(const std::vector<ProducerRecord>& records) {
  for (const ProducerRecord& record : records) {
    ProducerEntry& entry = producers_[record.id];
    for (const auto& batch : record.batches) entry.add(record.epoch, batch, record.last_time_ms);
  }
}

std::vector<ProducerRecord> ProducerTable::records() const {
  std::vector<ProducerRecord> records;
  for (const auto& [id, entry] : producers_) {
    records.push_back(
        {id, entry.epoch, entry.last_time_ms, {entry.batches.begin(), entry.batches.begin() + entry.count}});
  }
  return records;
}

void ProducerTable::expire(TimestampMs before) {
  std::erase_if(producers_, [before](const auto& pair) { return pair.second.last_time_ms < before; });
}

}  // namespace azud::log
