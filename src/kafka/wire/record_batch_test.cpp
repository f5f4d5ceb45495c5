#include "kafka/wire/record_batch.h"

#include <gtest/gtest.h>

#include "kafka/wire/testing/hex.h"
#include "kafka/wire/testing/kafka_batches.h"

namespace azud::kafka {
namespace {

TEST(RecordBatch, the_header_of_kafkas_own_batches_reads) {
  for (const KafkaBatch& golden : kafka_batches) {
    const std::string bytes = from_hex(golden.hex);
    const auto batch = BatchView::parse(bytes);
    ASSERT_TRUE(batch) << batch.error().message();
    EXPECT_TRUE(batch->check_crc());
    EXPECT_EQ(batch->size(), bytes.size());
    EXPECT_EQ(batch->codec(), golden.codec);
    EXPECT_EQ(batch->base_offset(), 0);
    EXPECT_EQ(batch->last_offset(), 3);
    EXPECT_EQ(batch->leader_epoch(), -1);
    EXPECT_EQ(batch->base_timestamp(), 1714521600000);
    EXPECT_EQ(batch->max_timestamp(), 1714521600500);
    EXPECT_EQ(batch->producer_id(), 4242);
    EXPECT_EQ(batch->producer_epoch(), 7);
    EXPECT_EQ(batch->base_sequence(), 99);
    EXPECT_EQ(batch->record_count(), 4);
    EXPECT_FALSE(batch->is_log_append_time());
    EXPECT_FALSE(batch->is_transactional());
    EXPECT_FALSE(batch->is_control());
  }
}

TEST(RecordBatch, only_the_first_batch_is_taken) {
  const std::string one = from_hex(kafka_batches[0].hex);
  const std::string two = one + one;
  EXPECT_EQ(BatchView::parse(two)->size(), one.size());
}

TEST(RecordBatch, cut_off_bytes_are_corrupt_at_every_place) {
  const std::string bytes = from_hex(kafka_batches[0].hex);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto batch = BatchView::parse(ByteView(bytes).substr(0, size));
    ASSERT_FALSE(batch) << size;
    EXPECT_EQ(batch.error().code(), Code::corrupt);
  }
}

TEST(RecordBatch, impossible_lengths_and_formats_are_refused) {
  std::string bytes = from_hex(kafka_batches[0].hex);
  for (const int32_t length : {-1, 0, 48, 0x7fffffff}) {
    store_big(bytes.data() + batch_field::batch_length, length);
    EXPECT_FALSE(BatchView::parse(bytes)) << length;
  }
  bytes = from_hex(kafka_batches[0].hex);
  bytes[batch_field::magic] = 1;
  EXPECT_EQ(BatchView::parse(bytes).error().code(), Code::unsupported);
  bytes[batch_field::magic] = 3;
  EXPECT_EQ(BatchView::parse(bytes).error().code(), Code::corrupt);
}

TEST(RecordBatch, offset_and_epoch_are_patched_without_a_new_crc) {
  std::string bytes = from_hex(kafka_batches[0].hex);
  patch_base_offset(bytes.data(), 1'000'000'000'000);
  patch_leader_epoch(bytes.data(), 5);
  const auto batch = BatchView::parse(bytes);
  EXPECT_TRUE(batch->check_crc());
  EXPECT_EQ(batch->last_offset(), 1'000'000'000'003);
  EXPECT_EQ(batch->leader_epoch(), 5);
}

TEST(RecordBatch, timestamps_are_patched_with_a_new_crc) {
  std::string bytes = from_hex(kafka_batches[2].hex);
  patch_max_timestamp(bytes.data(), bytes.size(), 7);
  EXPECT_TRUE(BatchView::parse(bytes)->check_crc());
  EXPECT_EQ(BatchView::parse(bytes)->max_timestamp(), 7);
  EXPECT_FALSE(BatchView::parse(bytes)->is_log_append_time());

  patch_log_append_time(bytes.data(), bytes.size(), 8);
  const auto batch = BatchView::parse(bytes);
  EXPECT_TRUE(batch->check_crc());
  EXPECT_EQ(batch->max_timestamp(), 8);
  EXPECT_TRUE(batch->is_log_append_time());
  EXPECT_EQ(batch->codec(), Codec::snappy);
}

TEST(RecordBatch, a_changed_byte_breaks_the_crc) {
  std::string bytes = from_hex(kafka_batches[0].hex);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  const Status crc = BatchView::parse(bytes)->check_crc();
  ASSERT_FALSE(crc);
  EXPECT_EQ(crc.error().code(), Code::corrupt);
}

}  // namespace
}  // namespace azud::kafka
