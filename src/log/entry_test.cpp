#include "log/entry.h"

#include <gtest/gtest.h>

namespace azud::log {
namespace {

const std::vector<Op> one_of_each = {
    op::Append{TopicNumber(1), PartitionId(2), "batch"},
    op::CreateTopic{TopicNumber(3), TopicId{{1, 2, 3}}, "name", 4, {{"retention.ms", "5"}, {"a", ""}}},
    op::DeleteTopic{TopicNumber(6)},
    op::AddPartitions{TopicNumber(7), 8},
    op::SetTopicConfig{TopicNumber(9), {{"k", "v"}}},
    op::LogStart{TopicNumber(10), PartitionId(11), Offset(12)},
    op::Put{"table", "key", "value"},
    op::Erase{"table", "key"},
    op::ProducerIds{13},
    op::JobDelta{"job", std::string_view("\0delta", 6)},
    op::JobSnapshotBegin{"job", 14},
    op::JobSnapshotDone{"job", 15},
    op::JobDrop{"job"},
    op::RaiseEpoch{LeaderEpoch(16)},
};

std::string entry_of(const std::vector<Op>& ops, Sequence sequence, uint32_t& chain) {
  std::string entry(entry_header_bytes, '\0');
  for (const Op& op : ops) {
    const std::size_t at = entry.size();
    entry.resize(at + encoded_size(op));
    EXPECT_EQ(encode(op, entry.data() + at), entry.data() + entry.size());
  }
  chain = seal_entry(entry.data(), entry.size(), sequence, 77, static_cast<uint32_t>(ops.size()), chain);
  return entry;
}

TEST(Entry, every_operation_comes_back_as_it_went) {
  uint32_t chain = 5;
  const auto bytes = SharedBytes::own(entry_of(one_of_each, Sequence(9), chain));
  uint32_t read_chain = 5;
  std::size_t size = 0;
  const auto entry = open_entry(bytes, Sequence(9), read_chain, size);
  ASSERT_TRUE(entry);
  EXPECT_EQ(size, bytes.size());
  EXPECT_EQ(read_chain, chain);
  EXPECT_EQ(entry->time_ms, 77);
  OpReader reader(*entry);
  Op op;
  for (const Op& expected : one_of_each) {
    ASSERT_TRUE(reader.next(op).value());
    std::string a(encoded_size(expected), '\0'), b(encoded_size(op), '\0');
    encode(expected, a.data());
    encode(op, b.data());
    EXPECT_EQ(op.index(), expected.index());
    EXPECT_EQ(a, b);
  }
  EXPECT_FALSE(reader.next(op).value());
}

TEST(Entry, opens_only_after_its_predecessor_and_when_nothing_is_changed) {
  uint32_t chain = 5;
  const std::string bytes = entry_of(one_of_each, Sequence(9), chain);
  const auto opens = [&](std::string altered, Sequence sequence, uint32_t before) {
    std::size_t size = 0;
    return open_entry(SharedBytes::own(std::move(altered)), sequence, before, size).has_value();
  };
  EXPECT_TRUE(opens(bytes, Sequence(9), 5));
  EXPECT_TRUE(opens(bytes + "more", Sequence(9), 5));
  EXPECT_FALSE(opens(bytes, Sequence(10), 5));
  EXPECT_FALSE(opens(bytes, Sequence(9), 6)) << "left over from another time";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(opens(altered, Sequence(9), 5)) << i;
    EXPECT_FALSE(opens(bytes.substr(0, i), Sequence(9), 5)) << i;
  }
}

TEST(Entry, operations_that_are_wrong_or_new_are_errors) {
  const auto read = [](std::string ops, uint32_t count) {
    Entry entry;
    entry.ops = SharedBytes::own(std::move(ops));
    entry.op_count = count;
    OpReader reader(entry);
    Op op;
    while (true) {
      const auto more = reader.next(op);
      if (!more) return std::optional(more.error().code());
      if (!*more) return std::optional<Code>();
    }
  };
  std::string delete_topic(encoded_size(one_of_each[2]), '\0');
  encode(one_of_each[2], delete_topic.data());
  EXPECT_EQ(read(delete_topic, 1), std::nullopt);
  EXPECT_EQ(read(delete_topic, 2), Code::corrupt);
  EXPECT_EQ(read(delete_topic + "x", 1), Code::corrupt);
  EXPECT_EQ(read(delete_topic.substr(0, 3), 1), Code::corrupt);
  EXPECT_EQ(read("\x7f", 1), Code::unsupported);
  EXPECT_EQ(read(std::string("\x08\xff\xff\xff\xff", 5), 1), Code::corrupt) << "a length past the end";
}

}  // namespace
}  // namespace azud::log
