#include "kafka/wire/batch_validator.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace azud::kafka {
namespace {

/// A validator's buffer between batches.
constexpr std::size_t kept_bytes_max = 4UL << 20;
/// Records named one by one in a refusal; more would only make the answer large.
constexpr std::size_t named_records_max = 100;

template <class... Args>
std::unexpected<BatchRefusal> refuse(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(BatchRefusal{code, fmt::format(format, std::forward<Args>(args)...), {}});
}

ErrorCode code_of(const Error& error) {
  switch (error.code()) {
    case Code::unsupported: return ErrorCode::unsupported_for_message_format;
    case Code::invalid: return ErrorCode::message_too_large;
    default: return ErrorCode::corrupt_message;
  }
}

std::expected<void, BatchRefusal> check_header(const BatchView& batch, const BatchRules& rules) {
  if (batch.size() > rules.bytes_max) {
    return refuse(ErrorCode::message_too_large, "batch is larger than max.message.bytes {}: {}", rules.bytes_max,
                  batch.size());
  }
  if (const Status crc = batch.check_crc(); !crc)
    return refuse(ErrorCode::corrupt_message, "{}", crc.error().message());
  if (batch.codec() > Codec::zstd) {
    return refuse(ErrorCode::unsupported_compression_type, "unknown codec: {}", static_cast<int>(batch.codec()));
  }
  if (batch.codec() == Codec::zstd && !rules.zstd_allowed) {
    return refuse(ErrorCode::unsupported_compression_type, "zstd needs Produce version 7 or later");
  }
  if (batch.is_control()) return refuse(ErrorCode::invalid_record, "a client must not write control records");
  if (batch.is_log_append_time()) {
    return refuse(ErrorCode::invalid_timestamp, "a client must not set the timestamp type LogAppendTime");
  }
  if (batch.base_offset() != 0) {
    return refuse(ErrorCode::invalid_record, "a producer's offsets begin at 0, not at {}", batch.base_offset());
  }
  if (batch.record_count() <= 0) {
    return refuse(ErrorCode::invalid_record, "batch must have at least one record: {}", batch.record_count());
  }
  if (batch.record_count() != int64_t{batch.last_offset_delta()} + 1) {
    return refuse(ErrorCode::invalid_record, "record count does not fit the last offset delta {}: {}",
                  batch.last_offset_delta(), batch.record_count());
  }
  if (batch.has_producer() && (batch.base_sequence() < 0 || batch.producer_epoch() < 0)) {
    return refuse(ErrorCode::invalid_record, "producer {} must send an epoch and a sequence: {}, {}",
                  batch.producer_id(), batch.producer_epoch(), batch.base_sequence());
  }
  return {};
}

}  // namespace

std::expected<TimestampMs, BatchRefusal> BatchValidator::check_records(const BatchView& batch,
                                                                       const BatchRules& rules) {
  if (const Status opened = reader_.open(batch, rules.unpacked_bytes_max); !opened) {
    return refuse(code_of(opened.error()), "{}", opened.error().message());
  }
  std::vector<BatchRefusal::Record> keyless;
  std::vector<BatchRefusal::Record> out_of_time;
  TimestampMs max_timestamp = -1;
  int32_t index = 0;
  for (RecordView record; reader_.next(record); ++index) {
    if (record.offset_delta != index) {
      return refuse(ErrorCode::invalid_record, "offsets must be dense from 0, record {} has {}", index,
                    record.offset_delta);
    }
    max_timestamp = std::max(max_timestamp, record.timestamp);
    if (rules.key_required && !record.key && keyless.size() < named_records_max) {
      keyless.push_back({index, "a compacted topic takes no record without a key"});
    }
    if (rules.create_time && (record.timestamp < rules.timestamp_min || record.timestamp > rules.timestamp_max) &&
        out_of_time.size() < named_records_max) {
      out_of_time.push_back({index, fmt::format("timestamp must be between {} and {}: {}", rules.timestamp_min,
                                                rules.timestamp_max, record.timestamp)});
    }
  }
  if (const Status read = reader_.status(); !read) {
    return refuse(ErrorCode::invalid_record, "{}", read.error().message());
  }
  if (!out_of_time.empty()) {
    return std::unexpected(BatchRefusal{ErrorCode::invalid_timestamp,
                                        "a record's timestamp is out of the topic's bounds", std::move(out_of_time)});
  }
  if (!keyless.empty()) {
    return std::unexpected(
        BatchRefusal{ErrorCode::invalid_record, "a compacted topic takes no record without a key", std::move(keyless)});
  }
  return max_timestamp;
}

std::expected<ValidBatch, BatchRefusal> BatchValidator::check(ByteView records, const BatchRules& rules) {
  auto batch = BatchView::parse(records);
  // Also what is cut off or of an older format: to Kafka it is not the one batch that a partition's records must be.
  if (!batch) return refuse(ErrorCode::invalid_record, "{}", batch.error().message());
  if (batch->size() != records.size()) {
    return refuse(ErrorCode::invalid_record, "a partition's records must be exactly one batch, bytes after it: {}",
                  records.size() - batch->size());
  }
  if (auto header = check_header(*batch, rules); !header) return std::unexpected(std::move(header).error());
  auto max_timestamp = check_records(*batch, rules);
  reader_.shrink(kept_bytes_max);
  if (!max_timestamp) return std::unexpected(std::move(max_timestamp).error());
  return ValidBatch{*batch, *max_timestamp};
}

}  // namespace azud::kafka
