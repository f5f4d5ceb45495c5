#include "log/segment.h"

#include <gtest/gtest.h>

#include "io/faulty_file.h"
#include "kafka/wire/batch_builder.h"

namespace azud::log {
namespace {

class SegmentTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(files_.create_directories("/s")); }

  StoredBatch batch(Offset base, int count, TimestampMs timestamp, uint64_t sequence) {
    kafka::BatchBuilder builder;
    for (int i = 0; i < count; ++i) builder.add(timestamp, std::nullopt, "value");
    std::string bytes(builder.finish().view());
    kafka::patch_base_offset(bytes.data(), base.value());
    return {SharedBytes::own(std::move(bytes)), Sequence(sequence), base, base + (count - 1), timestamp};
  }
  /// Appends `count` batches of one to three records, offsets dense.
  void fill(Segment& segment, int count) {
    std::vector<StoredBatch> batches;
    for (int i = 0; i < count; ++i) {
      const int records = 1 + i % 3;
      batches.push_back(batch(info_.next + (batches.empty() ? 0 : batches.back().last + 1 - info_.next), records,
                              1000 + (i * 7) % 100, sequence_ += 3));
    }
    ASSERT_TRUE((*segment.open())->append(info_, batches));
    all_.insert(all_.end(), batches.begin(), batches.end());
  }
  void check_all(Segment& segment) {
    const auto open = segment.open().value();
    std::size_t at = 0;
    for (Offset from(0); from < info_.next;) {
      const auto batches = open->read(info_, from, 5000);
      ASSERT_TRUE(batches) << batches.error().to_text();
      ASSERT_FALSE(batches->empty());
      for (const StoredBatch& b : *batches) {
        ASSERT_LT(at, all_.size());
        EXPECT_EQ(b.base, all_[at].base);
        EXPECT_EQ(b.last, all_[at].last);
        EXPECT_EQ(b.max_timestamp, all_[at].max_timestamp);
        EXPECT_EQ(b.bytes.view(), all_[at].bytes.view());
        if (exact_sequences_) {
          EXPECT_EQ(b.sequence, all_[at].sequence);
        }
        ++at;
      }
      from = batches->back().last + 1;
    }
    EXPECT_EQ(at, all_.size());
  }

  io::FaultyFileSystem files_;
  SegmentCache cache_{files_, 4};
  SegmentInfo info_;
  std::vector<StoredBatch> all_;
  bool exact_sequences_ = true;
  uint64_t sequence_ = 10;
};

TEST_F(SegmentTest, reads_back_what_was_appended_from_a_fresh_look_too) {
  Segment segment(cache_, "/s", Offset(0), 0);
  ASSERT_TRUE(segment.create());
  ASSERT_NO_FATAL_FAILURE(fill(segment, 1));
  ASSERT_NO_FATAL_FAILURE(fill(segment, 1500));
  ASSERT_NO_FATAL_FAILURE(check_all(segment));
  Segment fresh(cache_, "/s", Offset(0), 0);
  ASSERT_NO_FATAL_FAILURE(check_all(fresh));
  EXPECT_EQ(files_.list("/s").value(),
            (std::vector<std::string>{"00000000000000000000.index", "00000000000000000000.log"}));
  const uint64_t index_bytes = files_.read_file("/s/00000000000000000000.index")->size();
  EXPECT_LT(index_bytes, 1501 * 9U) << "the index of a batch takes few bytes";
}

TEST_F(SegmentTest, finds_the_batch_that_holds_an_offset) {
  Segment segment(cache_, "/s", Offset(0), 0);
  ASSERT_TRUE(segment.create());
  ASSERT_NO_FATAL_FAILURE(fill(segment, 1200));
  const auto open = segment.open().value();
  for (Offset offset(0); offset < info_.next; offset += 37) {
    const auto found = open->read(info_, offset, 1).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_LE(found[0].base, offset);
    EXPECT_GE(found[0].last, offset);
  }
  EXPECT_TRUE(open->read(info_, info_.next, 100)->empty());
}

TEST_F(SegmentTest, what_lies_behind_the_known_end_is_not_there) {
  Segment segment(cache_, "/s", Offset(0), 0);
  ASSERT_TRUE(segment.create());
  ASSERT_NO_FATAL_FAILURE(fill(segment, 10));
  const SegmentInfo vouched = info_;
  const auto kept = all_;
  ASSERT_NO_FATAL_FAILURE(fill(segment, 700));
  // As after an unclean stop: the checkpoint knew of the first part only.
  info_ = vouched;
  all_ = kept;
  Segment fresh(cache_, "/s", Offset(0), 0);
  ASSERT_NO_FATAL_FAILURE(check_all(fresh));
  ASSERT_NO_FATAL_FAILURE(fill(fresh, 3));
  ASSERT_NO_FATAL_FAILURE(check_all(fresh));
  Segment again(cache_, "/s", Offset(0), 0);
  ASSERT_NO_FATAL_FAILURE(check_all(again));
}

TEST_F(SegmentTest, an_index_that_is_lost_or_damaged_is_made_anew) {
  for (const int how : {0, 1, 2}) {
    info_ = {};
    all_.clear();
    {
      Segment segment(cache_, "/s", Offset(0), 0);
      ASSERT_TRUE(segment.create());
      ASSERT_NO_FATAL_FAILURE(fill(segment, 1100));
    }
    const char* path = "/s/00000000000000000000.index";
    if (how == 0) {
      ASSERT_TRUE(files_.remove(path));
    }
    if (how == 1) {
      ASSERT_TRUE(files_.open(path, io::OpenMode::update).value()->write_at(5000, "damage"));
    }
    if (how == 2) {
      ASSERT_TRUE(files_.open(path, io::OpenMode::update).value()->truncate(200));
    }
    Segment segment(cache_, "/s", Offset(0), 0);
    exact_sequences_ = false;
    ASSERT_NO_FATAL_FAILURE(check_all(segment));
    ASSERT_NO_FATAL_FAILURE(fill(segment, 600));
    Segment again(cache_, "/s", Offset(0), 0);
    ASSERT_NO_FATAL_FAILURE(check_all(again));
    Sequence last;
    const auto batches = (*again.open())->read(info_, Offset(0), 1 << 20).value();
    for (const auto& b : batches) {
      EXPECT_GE(b.sequence, last) << "their order is kept";
      EXPECT_GE(b.sequence, info_.first_sequence);
      last = b.sequence;
    }
  }
}

TEST_F(SegmentTest, a_segment_that_is_missing_or_too_short_is_corrupt) {
  Segment missing(cache_, "/s", Offset(7), 0);
  EXPECT_EQ(missing.open().error().code(), Code::corrupt);
  {
    Segment segment(cache_, "/s", Offset(0), 0);
    ASSERT_TRUE(segment.create());
    ASSERT_NO_FATAL_FAILURE(fill(segment, 10));
  }
  ASSERT_TRUE(files_.open("/s/00000000000000000000.log", io::OpenMode::update).value()->truncate(300));
  Segment segment(cache_, "/s", Offset(0), 0);
  EXPECT_EQ((*segment.open())->read(info_, Offset(0), 10000).error().code(), Code::corrupt);
}

TEST_F(SegmentTest, few_files_are_open_however_many_segments_there_are) {
  std::vector<std::unique_ptr<Segment>> segments;
  for (int i = 0; i < 10; ++i) {
    segments.push_back(std::make_unique<Segment>(cache_, "/s", Offset(i), 0));
    ASSERT_TRUE(segments.back()->create());
  }
  EXPECT_EQ(cache_.size(), 4U);
  for (const auto& segment : segments) EXPECT_TRUE(segment->open());
  EXPECT_EQ(cache_.size(), 4U);
  segments.clear();
  EXPECT_EQ(cache_.size(), 0U);
}

}  // namespace
}  // namespace azud::log
