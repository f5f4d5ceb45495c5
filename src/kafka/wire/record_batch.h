#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/endian.h"
#include "base/result.h"
#include "base/time.h"
#include "kafka/wire/compression.h"

namespace azud::kafka {

/// Where the fields of a record batch, magic 2, stand. The CRC-32C covers `attributes` to the end.
namespace batch_field {
inline constexpr std::size_t base_offset = 0;
inline constexpr std::size_t batch_length = 8;  ///< bytes after this field
inline constexpr std::size_t leader_epoch = 12;
inline constexpr std::size_t magic = 16;
inline constexpr std::size_t crc = 17;
inline constexpr std::size_t attributes = 21;
inline constexpr std::size_t last_offset_delta = 23;
inline constexpr std::size_t base_timestamp = 27;
inline constexpr std::size_t max_timestamp = 35;
inline constexpr std::size_t producer_id = 43;
inline constexpr std::size_t producer_epoch = 51;
inline constexpr std::size_t base_sequence = 53;
inline constexpr std::size_t record_count = 57;
inline constexpr std::size_t records = 61;
}  // namespace batch_field

inline constexpr std::size_t batch_header_bytes = batch_field::records;
/// Bytes up to and including the length field: what must be there to know how long a batch is.
inline constexpr std::size_t batch_prefix_bytes = 12;

/// Bits of the attributes; bits 0 to 2 are the codec.
namespace batch_attribute {
inline constexpr int16_t codec_mask = 0x07;
inline constexpr int16_t log_append_time = 0x08;
inline constexpr int16_t transactional = 0x10;
inline constexpr int16_t control = 0x20;
inline constexpr int16_t delete_horizon = 0x40;
}  // namespace batch_attribute

/// One record batch (magic 2) in somebody else's bytes. Only `parse` makes one, so all of the header is there.
class BatchView {
 public:
  /// The batch at the front of `bytes`; more may follow. `corrupt` if it is cut off or its lengths are impossible,
  /// `unsupported` for the record formats before Kafka 0.11. Neither the CRC nor the records are looked at.
  static Result<BatchView> parse(ByteView bytes);

  ByteView bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

  int64_t base_offset() const { return load<int64_t>(batch_field::base_offset); }
  int64_t last_offset() const { return base_offset() + last_offset_delta(); }
  int32_t leader_epoch() const { return load<int32_t>(batch_field::leader_epoch); }
  uint32_t crc() const { return load<uint32_t>(batch_field::crc); }
  int16_t attributes() const { return load<int16_t>(batch_field::attributes); }
  int32_t last_offset_delta() const { return load<int32_t>(batch_field::last_offset_delta); }
  TimestampMs base_timestamp() const { return load<int64_t>(batch_field::base_timestamp); }
  TimestampMs max_timestamp() const { return load<int64_t>(batch_field::max_timestamp); }
  int64_t producer_id() const { return load<int64_t>(batch_field::producer_id); }
  int16_t producer_epoch() const { return load<int16_t>(batch_field::producer_epoch); }
  int32_t base_sequence() const { return load<int32_t>(batch_field::base_sequence); }
  int32_t record_count() const { return load<int32_t>(batch_field::record_count); }

  Codec codec() const { return static_cast<Codec>(attributes() & batch_attribute::codec_mask); }
  bool is_log_append_time() const { return (attributes() & batch_attribute::log_append_time) != 0; }
  bool is_transactional() const { return (attributes() & batch_attribute::transactional) != 0; }
  bool is_control() const { return (attributes() & batch_attribute::control) != 0; }
  bool has_producer() const { return producer_id() >= 0; }

  /// The records as they stand: packed, if codec() says so. RecordReader takes them apart.
  ByteView records() const { return bytes_.substr(batch_field::records); }

  /// `corrupt` if the CRC does not fit the bytes.
  Status check_crc() const;

 private:
  explicit BatchView(ByteView bytes) : bytes_(bytes) {}
  template <class T>
  T load(std::size_t at) const {
    return load_big<T>(bytes_.data() + at);
  }
  ByteView bytes_;
};

/// What a broker may change in a stored batch; `batch` points at a whole, parsed batch. The first two are outside the
/// CRC.
inline void patch_base_offset(char* batch, int64_t offset) { store_big(batch + batch_field::base_offset, offset); }
inline void patch_leader_epoch(char* batch, int32_t epoch) { store_big(batch + batch_field::leader_epoch, epoch); }
/// Gives every record of the batch the broker's time; makes the CRC anew.
void patch_log_append_time(char* batch, std::size_t size, TimestampMs now);
/// Corrects a maximum that does not fit the records; makes the CRC anew.
void patch_max_timestamp(char* batch, std::size_t size, TimestampMs max_timestamp);

}  // namespace azud::kafka
