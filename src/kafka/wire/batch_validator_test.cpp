#include "kafka/wire/batch_validator.h"

#include <functional>

#include <gtest/gtest.h>

#include "base/crc.h"
#include "kafka/wire/batch_builder.h"

namespace azud::kafka {
namespace {

std::string good_batch(BatchOptions options = {}) {
  BatchBuilder builder(options);
  builder.add(1000, "a", "1");
  builder.add(3000, std::nullopt, "2");
  builder.add(2000, "c", "3");
  return std::string(builder.finish().view());
}

void make_crc(std::string& batch) {
  store_big(batch.data() + batch_field::crc, crc32c(ByteView(batch).substr(batch_field::attributes)));
}

template <class T>
std::string with(std::size_t at, T value, BatchOptions options = {}) {
  std::string batch = good_batch(options);
  store_big(batch.data() + at, value);
  make_crc(batch);
  return batch;
}

ErrorCode code_of(ByteView batch, const BatchRules& rules = {}) {
  BatchValidator validator;
  const auto valid = validator.check(batch, rules);
  return valid ? ErrorCode::none : valid.error().code;
}

TEST(BatchValidator, takes_good_batches_of_every_codec) {
  BatchValidator validator;
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    const std::string bytes = good_batch({.codec = codec, .producer_id = 1, .producer_epoch = 0, .base_sequence = 0});
    const auto valid = validator.check(bytes, {});
    ASSERT_TRUE(valid) << valid.error().message;
    EXPECT_EQ(valid->max_timestamp, 3000);
    EXPECT_EQ(valid->batch.record_count(), 3);
  }
}

TEST(BatchValidator, a_wrong_maximum_is_found_and_not_refused) {
  const std::string bytes = with<int64_t>(batch_field::max_timestamp, 9999);
  BatchValidator validator;
  EXPECT_EQ(validator.check(bytes, {})->max_timestamp, 3000);
}

TEST(BatchValidator, refuses_with_kafkas_codes) {
  std::string bytes = good_batch();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EXPECT_EQ(code_of(bytes), ErrorCode::corrupt_message);
  EXPECT_EQ(code_of(""), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(good_batch().substr(0, 70)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(good_batch() + good_batch()), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(good_batch(), {.bytes_max = good_batch().size() - 1}), ErrorCode::message_too_large);
  EXPECT_EQ(code_of(good_batch(), {.bytes_max = good_batch().size()}), ErrorCode::none);
  EXPECT_EQ(code_of(with<int8_t>(batch_field::magic, 1)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int64_t>(batch_field::base_offset, 7)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int16_t>(batch_field::attributes, 5)), ErrorCode::unsupported_compression_type);
  EXPECT_EQ(code_of(good_batch({.codec = Codec::zstd}), {.zstd_allowed = false}),
            ErrorCode::unsupported_compression_type);
  EXPECT_EQ(code_of(with(batch_field::attributes, batch_attribute::control)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with(batch_field::attributes, batch_attribute::log_append_time)), ErrorCode::invalid_timestamp);
  EXPECT_EQ(code_of(with<int32_t>(batch_field::record_count, 2)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int32_t>(batch_field::record_count, 0)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int32_t>(batch_field::last_offset_delta, 3)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int64_t>(batch_field::producer_id, 5)), ErrorCode::invalid_record);
}

TEST(BatchValidator, offsets_must_be_dense) {
  std::string bytes = good_batch();
  const std::size_t second = batch_header_bytes + 1 + static_cast<unsigned char>(bytes[batch_header_bytes]) / 2;
  bytes[second + 4] = 6;  // length, attributes, two bytes of timestamp delta, then the offset delta
  make_crc(bytes);
  EXPECT_EQ(code_of(bytes), ErrorCode::invalid_record);
}

TEST(BatchValidator, packed_bytes_have_a_limit) {
  BatchBuilder builder({.codec = Codec::zstd});
  builder.add(0, {}, std::string(1 << 20, 'x'));
  EXPECT_EQ(code_of(builder.finish().view(), {.unpacked_bytes_max = 1000}), ErrorCode::message_too_large);
}

TEST(BatchValidator, records_at_fault_are_named) {
  BatchValidator validator;
  const std::string bytes = good_batch();
  auto refused = validator.check(bytes, {.key_required = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_record);
  ASSERT_EQ(refused.error().records.size(), 1U);
  EXPECT_EQ(refused.error().records[0].index, 1);

  refused = validator.check(bytes, {.timestamp_min = 1500, .timestamp_max = 2500});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_timestamp);
  ASSERT_EQ(refused.error().records.size(), 2U);
  EXPECT_EQ(refused.error().records[0].index, 0);
  EXPECT_EQ(refused.error().records[1].index, 1);
  EXPECT_TRUE(validator.check(bytes, {.create_time = false, .timestamp_min = 1500, .timestamp_max = 2500}));
}

}  // namespace
}  // namespace azud::kafka
