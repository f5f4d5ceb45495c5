#include "kafka/wire/batch_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/assert.h"
#include "base/crc.h"
#include "base/varint.h"

namespace azud::kafka {
namespace {

constexpr std::size_t batch_bytes_max = 1UL << 30;
/// Upper bound of what a record needs beside key, value and headers: length, attributes, timestamp, offset, three
/// counts.
constexpr std::size_t record_overhead_max = 5 + 1 + 10 + 5 + 5 + 5 + 5;
/// The same for a header: two lengths.
constexpr std::size_t header_overhead_max = 5 + 5;

inline std::size_t signed_size(int64_t value) {
  return (static_cast<std::size_t>(std::bit_width(zigzag(value) | 1)) + 6) / 7;
}

inline char* put_signed(char* at, int64_t value) {
  uint64_t raw = zigzag(value);
  while (raw >= 0x80) {
    *at++ = static_cast<char>(raw | 0x80);
    raw >>= 7;
  }
  *at++ = static_cast<char>(raw);
  return at;
}

inline std::size_t bytes_size(const std::optional<ByteView>& bytes) {
  return bytes ? signed_size(static_cast<int64_t>(bytes->size())) + bytes->size() : 1;
}

inline char* put_bytes(char* at, const std::optional<ByteView>& bytes) {
  if (!bytes) return put_signed(at, -1);
  at = put_signed(at, static_cast<int64_t>(bytes->size()));
  std::memcpy(at, bytes->data(), bytes->size());
  return at + bytes->size();
}

}  // namespace

void BatchBuilder::make_room(std::size_t bytes) {
  const std::size_t need = used_ + bytes;
  AZUD_ASSERT(need <= batch_bytes_max, "a batch must stay under 1 GiB");
  if (need > buffer_.size()) buffer_.resize(std::max({need, buffer_.size() * 2, last_size_ + last_size_ / 8}));
}

void BatchBuilder::add(TimestampMs timestamp, std::optional<ByteView> key, std::optional<ByteView> value,
                       std::span<const HeaderView> headers) {
  if (count_ == 0) {
    used_ = batch_header_bytes;
    base_timestamp_ = timestamp;
    max_timestamp_ = timestamp;
  }
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  const auto timestamp_delta =
      static_cast<int64_t>(static_cast<uint64_t>(timestamp) - static_cast<uint64_t>(base_timestamp_));

  std::size_t header_room = 0;
  std::size_t header_size = 0;
  for (const HeaderView& header : headers) {
    const std::size_t size = bytes_size(header.key) + bytes_size(header.value);
    header_size += size;
    header_room += size + header_overhead_max;
  }
  make_room(record_overhead_max + (key ? key->size() : 0) + (value ? value->size() : 0) + header_room);

  const std::size_t body = 1 + signed_size(timestamp_delta) + signed_size(count_) + bytes_size(key) +
                           bytes_size(value) + signed_size(static_cast<int64_t>(headers.size())) + header_size;
  char* at = buffer_.data() + used_;
  at = put_signed(at, static_cast<int64_t>(body));
  *at++ = 0;
  at = put_signed(at, timestamp_delta);
  at = put_signed(at, count_);
  at = put_bytes(at, key);
  at = put_bytes(at, value);
  at = put_signed(at, static_cast<int64_t>(headers.size()));
  for (const HeaderView& header : headers) {
    at = put_bytes(at, header.key);
    at = put_bytes(at, header.value);
  }
  used_ = static_cast<std::size_t>(at - buffer_.data());
  ++count_;
}

void BatchBuilder::write_header(std::string& batch) const {
  char* head = batch.data();
  auto attributes = static_cast<int16_t>(options_.codec);
  if (options_.transactional) attributes |= batch_attribute::transactional;
  if (options_.control) attributes |= batch_attribute::control;
  store_big<int64_t>(head + batch_field::base_offset, 0);
  store_big(head + batch_field::batch_length, static_cast<int32_t>(batch.size() - batch_prefix_bytes));
  store_big<int32_t>(head + batch_field::leader_epoch, -1);
  head[batch_field::magic] = 2;
  store_big(head + batch_field::attributes, attributes);
  store_big(head + batch_field::last_offset_delta, count_ - 1);
  store_big(head + batch_field::base_timestamp, base_timestamp_);
  store_big(head + batch_field::max_timestamp, max_timestamp_);
  store_big(head + batch_field::producer_id, options_.producer_id);
  store_big(head + batch_field::producer_epoch, options_.producer_epoch);
  store_big(head + batch_field::base_sequence, options_.base_sequence);
  store_big(head + batch_field::record_count, count_);
  store_big(head + batch_field::crc, crc32c(ByteView(batch).substr(batch_field::attributes)));
}

SharedBytes BatchBuilder::finish() {
  AZUD_ASSERT(count_ > 0, "a batch has at least one record");
  std::string batch;
  if (options_.codec == Codec::none) {
    buffer_.resize(used_);
    batch = std::move(buffer_);
    buffer_.clear();
  } else {
    batch.resize(batch_header_bytes);
    compress(options_.codec, ByteView(buffer_).substr(batch_header_bytes, used_ - batch_header_bytes), batch);
  }
  write_header(batch);
  last_size_ = used_;
  used_ = 0;
  count_ = 0;
  return SharedBytes::own(std::move(batch));
}

}  // namespace azud::kafka
