#include "kafka/wire/record_reader.h"

#include <vector>

#include <gtest/gtest.h>

#include "kafka/wire/batch_builder.h"
#include "kafka/wire/testing/hex.h"
#include "kafka/wire/testing/kafka_batches.h"

namespace azud::kafka {
namespace {

/// A batch whose records section is `records` as it stands.
std::string batch_of(ByteView records, int32_t count) {
  BatchBuilder builder;
  builder.add(1000, "k", "v");
  std::string bytes(builder.finish().view().substr(0, batch_header_bytes));
  bytes.append(records);
  store_big(bytes.data() + batch_field::batch_length, static_cast<int32_t>(bytes.size() - batch_prefix_bytes));
  store_big(bytes.data() + batch_field::record_count, count);
  return bytes;
}

/// Reads all of a batch; the final status.
Status read_all(ByteView bytes) {
  RecordReader reader;
  TRY_ASSIGN(const BatchView batch, BatchView::parse(bytes));
  TRY(reader.open(batch));
  RecordView record;
  while (reader.next(record)) {
  }
  return reader.status();
}

TEST(RecordReader, reads_kafkas_own_batches_of_every_codec) {
  RecordReader reader;
  for (const KafkaBatch& golden : kafka_batches) {
    std::string bytes = from_hex(golden.hex);
    patch_base_offset(bytes.data(), 40);
    ASSERT_TRUE(reader.open(*BatchView::parse(bytes)));
    RecordView record;
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.offset, 40);
    EXPECT_EQ(record.timestamp, 1714521600000);
    EXPECT_EQ(record.key, "sensor-1");
    EXPECT_EQ(record.value, "21.5");
    EXPECT_EQ(record.header_count, 0);

    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.timestamp, 1714521599990);
    EXPECT_EQ(record.key, std::nullopt);
    EXPECT_EQ(record.value, "no key");
    HeaderReader headers(record);
    HeaderView header;
    ASSERT_TRUE(headers.next(header));
    EXPECT_EQ(header.key, "h");
    EXPECT_EQ(header.value, "v");
    ASSERT_TRUE(headers.next(header));
    EXPECT_EQ(header.key, "null");
    EXPECT_EQ(header.value, std::nullopt);
    EXPECT_FALSE(headers.next(header));

    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.key, "tombstone");
    EXPECT_EQ(record.value, std::nullopt);
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.offset, 43);
    EXPECT_EQ(record.value, std::string(300, 'x'));
    EXPECT_FALSE(reader.next(record));
    EXPECT_TRUE(reader.status());
  }
}

TEST(RecordReader, log_append_time_is_every_records_time) {
  std::string bytes = from_hex(kafka_batches[0].hex);
  patch_log_append_time(bytes.data(), bytes.size(), 77);
  RecordReader reader;
  ASSERT_TRUE(reader.open(*BatchView::parse(bytes)));
  for (RecordView record; reader.next(record);) EXPECT_EQ(record.timestamp, 77);
  EXPECT_TRUE(reader.status());
}

TEST(RecordReader, a_batch_not_read_to_its_end_is_no_success) {
  const std::string bytes = from_hex(kafka_batches[0].hex);
  RecordReader reader;
  ASSERT_TRUE(reader.open(*BatchView::parse(bytes)));
  EXPECT_FALSE(reader.status());
}

TEST(RecordReader, malformed_records_are_corrupt) {
  // The good one: length 7; attributes 0, timestamp delta 0, offset delta 0, key null, value "v", no headers.
  struct Case {
    const char* hex;
    int32_t count;
    const char* what;
  };
  const Case cases[] = {
      {"", 1, "no bytes at all"},
      {"0e000000010276", 1, "a record cut off"},
      {"0e00000001027600", 2, "fewer records than declared"},
      {"0e0000000102760000", 1, "a byte left over"},
      {"00", 1, "an empty record"},
      {"01", 1, "a negative length"},
      {"ffffffffffff", 1, "a length without end"},
      {"0e00000001107600", 1, "a value longer than its record"},
      {"0e00000003027600", 1, "a key of length -2"},
      {"0e00000001027602", 1, "a header that is not there"},
      {"0e00000001027601", 1, "a negative header count"},
      {"1200000001027602010100", 1, "a header without key"},
      {"0e00000001027600", -1, "a negative count"},
  };
  EXPECT_TRUE(read_all(batch_of(from_hex("0e00000001027600"), 1)));
  for (const Case& bad : cases) {
    const Status read = read_all(batch_of(from_hex(bad.hex), bad.count));
    ASSERT_FALSE(read) << bad.what;
    EXPECT_EQ(read.error().code(), Code::corrupt) << bad.what;
  }
}

TEST(RecordReader, changed_bytes_never_crash) {
  for (const KafkaBatch& golden : kafka_batches) {
    const std::string bytes = from_hex(golden.hex);
    for (std::size_t at = batch_field::attributes; at < bytes.size(); ++at) {
      for (const int flip : {0x01, 0x80, 0xff}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ flip);
        (void)read_all(changed);
      }
    }
  }
}

}  // namespace
}  // namespace azud::kafka
