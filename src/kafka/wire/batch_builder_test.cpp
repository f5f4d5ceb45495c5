#include "kafka/wire/batch_builder.h"

#include <limits>

#include <gtest/gtest.h>

#include "kafka/wire/testing/hex.h"
#include "kafka/wire/testing/kafka_batches.h"

namespace azud::kafka {
namespace {

void add_golden_records(BatchBuilder& builder) {
  builder.add(1714521600000, "sensor-1", "21.5");
  const HeaderView headers[] = {{"h", "v"}, {"null", std::nullopt}};
  builder.add(1714521599990, std::nullopt, "no key", headers);
  builder.add(1714521600123, "tombstone", std::nullopt);
  builder.add(1714521600500, "big", std::string(300, 'x'));
}

TEST(BatchBuilder, writes_what_kafka_writes) {
  BatchBuilder builder({.producer_id = 4242, .producer_epoch = 7, .base_sequence = 99});
  add_golden_records(builder);
  EXPECT_EQ(builder.count(), 4);
  EXPECT_EQ(builder.max_timestamp(), 1714521600500);
  const std::size_t size = builder.size();
  const SharedBytes batch = builder.finish();
  EXPECT_EQ(batch.size(), size);
  EXPECT_EQ(to_hex(batch.view()), kafka_batches[0].hex);
  EXPECT_TRUE(builder.empty());
}

TEST(BatchBuilder, packs_with_every_codec_and_is_used_again) {
  BatchBuilder builder;
  RecordReader reader;
  for (const Codec codec : {Codec::gzip, Codec::none, Codec::snappy, Codec::lz4, Codec::zstd, Codec::none}) {
    builder.set_options({.codec = codec});
    add_golden_records(builder);
    const SharedBytes bytes = builder.finish();
    const auto batch = BatchView::parse(bytes.view());
    ASSERT_TRUE(batch);
    EXPECT_TRUE(batch->check_crc());
    EXPECT_EQ(batch->codec(), codec);
    EXPECT_FALSE(batch->has_producer());
    ASSERT_TRUE(reader.open(*batch));
    RecordView record;
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.value, "21.5");
    while (reader.next(record)) {
    }
    EXPECT_TRUE(reader.status());
  }
}

TEST(BatchBuilder, extreme_timestamps_come_back) {
  constexpr auto lowest = std::numeric_limits<int64_t>::min();
  constexpr auto highest = std::numeric_limits<int64_t>::max();
  BatchBuilder builder;
  for (const int64_t timestamp : {lowest, int64_t{-1}, int64_t{0}, highest}) builder.add(timestamp, {}, "v");
  const SharedBytes bytes = builder.finish();
  RecordReader reader;
  ASSERT_TRUE(reader.open(*BatchView::parse(bytes.view())));
  RecordView record;
  for (const int64_t timestamp : {lowest, int64_t{-1}, int64_t{0}, highest}) {
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.timestamp, timestamp);
  }
}

TEST(BatchBuilder, many_records_of_every_size_come_back) {
  BatchBuilder builder({.codec = Codec::lz4, .transactional = true});
  std::string value;
  for (int i = 0; i < 2000; ++i) {
    value.push_back(static_cast<char>('a' + i % 26));
    builder.add(1000 + i, std::to_string(i), value);
  }
  const SharedBytes bytes = builder.finish();
  const auto batch = BatchView::parse(bytes.view());
  EXPECT_TRUE(batch->is_transactional());
  RecordReader reader;
  ASSERT_TRUE(reader.open(*batch));
  RecordView record;
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.offset, i);
    EXPECT_EQ(record.timestamp, 1000 + i);
    EXPECT_EQ(record.key, std::to_string(i));
    EXPECT_EQ(record.value, value.substr(0, static_cast<std::size_t>(i) + 1));
  }
  EXPECT_FALSE(reader.next(record));
  EXPECT_TRUE(reader.status());
}

}  // namespace
}  // namespace azud::kafka
