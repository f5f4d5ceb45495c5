#include "log/compaction.h"

#include <map>

#include "log/log_fixture.h"

namespace azud::log {
namespace {

struct Kept {
  int64_t offset;
  std::string key;
  std::optional<std::string> value;
  bool operator==(const Kept&) const = default;
};

void PrintTo(const Kept& kept, std::ostream* out) {
  *out << kept.offset << " " << kept.key << "=" << kept.value.value_or("(null)");
}

class CompactionTest : public LogFixture {
 protected:
  using Pair = std::pair<std::string, std::optional<std::string>>;

  void open_compacted(std::map<std::string, std::string> more = {}) {
    open();
    more.insert({{"cleanup.policy", "compact"}, {"segment.bytes", "500"}, {"min.cleanable.dirty.ratio", "0"}});
    ASSERT_TRUE(create("a", 1, more));
  }
  void write(const std::vector<Pair>& pairs, kafka::BatchOptions options = {}) {
    kafka::BatchBuilder builder(options);
    for (const auto& [key, value] : pairs) {
      builder.add(clock_.wall_ms(), key, value ? std::optional<ByteView>(*value) : std::nullopt);
    }
    ASSERT_TRUE(append(partition("a"), builder.finish()));
  }
  /// So that what was written before is in closed segments.
  void fill() {
    for (int i = 0; i < 3; ++i) write({{"filler", std::string(600, 'f')}});
    ASSERT_TRUE(disk_log().checkpoint());
  }
  std::vector<Kept> records() {
    std::vector<Kept> kept;
    for (Offset at = partition("a")->log_start(); at < partition("a")->high_watermark();) {
      const auto batches = partition("a")->read(at, 300);
      EXPECT_TRUE(batches) << batches.error().to_text();
      if (!batches || batches->empty()) break;
      for (const StoredBatch& batch : *batches) {
        const auto view = kafka::BatchView::parse(batch.bytes.view());
        EXPECT_TRUE(view->check_crc());
        kafka::RecordReader reader;
        EXPECT_TRUE(reader.open(*view));
        kafka::RecordView record;
        while (reader.next(record)) {
          if (record.key == "filler") continue;
          kept.push_back({record.offset, std::string(*record.key),
                          record.value ? std::optional(std::string(*record.value)) : std::nullopt});
        }
        EXPECT_TRUE(reader.status());
        at = batch.last + 1;
      }
    }
    return kept;
  }
  std::size_t files() { return files_.list("/data/topics/a/1.0")->size(); }
};

TEST_F(CompactionTest, keeps_the_newest_of_each_key_at_its_offset) {
  for (const auto codec : {kafka::Codec::none, kafka::Codec::lz4, kafka::Codec::zstd}) {
    ASSERT_NO_FATAL_FAILURE(open_compacted());
    write({{"a", "1"}, {"b", "1"}, {"c", "1"}}, {.codec = codec});
    write({{"a", "2"}, {"c", "2"}}, {.codec = codec});
    write({{"a", "3"}}, {.codec = codec});
    ASSERT_NO_FATAL_FAILURE(fill());
    const std::size_t files_before = files();
    const std::vector<Kept> expected{{1, "b", "1"}, {4, "c", "2"}, {5, "a", "3"}};
    ASSERT_TRUE(disk_log().compact());
    EXPECT_EQ(records(), expected);
    EXPECT_EQ(partition("a")->high_watermark(), Offset(9));
    EXPECT_GT(files(), files_before - 2) << "the old files are kept while a checkpoint names them";
    cut_power_and_open();
    EXPECT_GE(records().size(), 3U) << "before the next checkpoint the old files may be the ones that count";
    ASSERT_TRUE(disk_log().compact());
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(disk_log().checkpoint());
      ASSERT_TRUE(disk_log().compact());
    }
    ASSERT_TRUE(disk_log().retain());
    EXPECT_EQ(records(), expected);
    cut_power_and_open();
    EXPECT_EQ(records(), expected);
    EXPECT_EQ(partition("a")->find_timestamp(0)->offset, Offset(1));
    ASSERT_TRUE(delete_topic("a"));
    log_.reset();
    files_.~FaultyFileSystem();
    new (&files_) io::FaultyFileSystem();
  }
}

TEST_F(CompactionTest, a_tombstone_goes_some_time_after_it_was_first_compacted) {
  ASSERT_NO_FATAL_FAILURE(open_compacted({{"delete.retention.ms", "10000"}}));
  write({{"a", "1"}, {"b", "1"}});
  write({{"a", std::nullopt}});
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_TRUE(disk_log().compact());
  EXPECT_EQ(records(), (std::vector<Kept>{{1, "b", "1"}, {2, "a", std::nullopt}}));
  clock_.advance_ms(9000);
  write({{"x", "1"}});
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_TRUE(disk_log().compact());
  EXPECT_EQ(records().size(), 3U) << "a reader may still need to learn of it";
  clock_.advance_ms(2000);
  write({{"y", "1"}});
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_TRUE(disk_log().compact());
  EXPECT_EQ(records(), (std::vector<Kept>{{1, "b", "1"}, {6, "x", "1"}, {10, "y", "1"}}));
}

TEST_F(CompactionTest, the_last_batch_of_a_producer_stays_without_records) {
  ASSERT_NO_FATAL_FAILURE(open_compacted());
  const kafka::BatchOptions producer{.producer_id = 7, .producer_epoch = 0, .base_sequence = 0};
  write({{"a", "1"}, {"b", "1"}}, producer);
  write({{"a", "2"}, {"b", "2"}});
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_TRUE(disk_log().compact());
  EXPECT_EQ(records(), (std::vector<Kept>{{2, "a", "2"}, {3, "b", "2"}}));
  const auto first = partition("a")->read(Offset(0), 1).value().at(0);
  const auto view = kafka::BatchView::parse(first.bytes.view()).value();
  EXPECT_EQ(first.base, Offset(0));
  EXPECT_EQ(first.last, Offset(1));
  EXPECT_EQ(view.record_count(), 0);
  EXPECT_EQ(view.producer_id(), 7);
  EXPECT_EQ(view.base_sequence(), 0);
}

TEST_F(CompactionTest, goes_on_in_rounds_when_the_keys_do_not_fit_into_memory) {
  ASSERT_NO_FATAL_FAILURE(open_compacted());
  std::map<std::string, int64_t> newest;
  for (int i = 0; i < 300; ++i) {
    const std::string key = "key" + std::to_string(i * 7 % 50);
    write({{key, std::to_string(i)}});
    newest[key] = i;
  }
  ASSERT_NO_FATAL_FAILURE(fill());
  const auto stored = std::static_pointer_cast<StoredPartition>(partition("a"));
  int rounds = 0;
  while (compaction_due(*stored, clock_.wall_ms())) {
    ASSERT_LT(++rounds, 1000);
    const Offset before = stored->compaction_view().compacted_end;
    const auto done =
        compact(*stored, clock_.wall_ms(), {.key_bytes_max = 1000}, [](const auto& swap) { return swap(UINT64_MAX); });
    ASSERT_TRUE(done) << done.error().to_text();
    ASSERT_GT(stored->compaction_view().compacted_end, before);
  }
  EXPECT_GT(rounds, 3);
  std::map<std::string, int64_t> last;
  for (const Kept& kept : records()) last[kept.key] = kept.offset;
  EXPECT_EQ(last, newest) << "nothing newest was lost";
  EXPECT_LT(records().size(), 250U);
}

TEST_F(CompactionTest, waits_for_its_ratio_and_lag) {
  ASSERT_NO_FATAL_FAILURE(open_compacted({{"min.cleanable.dirty.ratio", "0.6"}, {"min.compaction.lag.ms", "5000"}}));
  write({{"a", "1"}});
  write({{"a", "2"}});
  ASSERT_NO_FATAL_FAILURE(fill());
  const auto& stored = static_cast<const StoredPartition&>(*partition("a"));
  EXPECT_FALSE(compaction_due(stored, clock_.wall_ms())) << "too young";
  clock_.advance_ms(6000);
  EXPECT_TRUE(compaction_due(stored, clock_.wall_ms()));
  ASSERT_TRUE(disk_log().compact());
  EXPECT_EQ(records().size(), 1U);
  write({{"a", "3"}});
  ASSERT_NO_FATAL_FAILURE(fill());
  clock_.advance_ms(6000);
  EXPECT_TRUE(compaction_due(stored, clock_.wall_ms()));
}

TEST_F(CompactionTest, what_was_left_behind_by_an_unclean_stop_is_removed) {
  ASSERT_NO_FATAL_FAILURE(open_compacted());
  write({{"a", "1"}});
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_TRUE(files_.replace_file("/data/topics/a/1.0/00000000000000000000-9.log", "half written"));
  ASSERT_TRUE(files_.create_directories("/data/topics/gone/0.0"));
  ASSERT_TRUE(files_.replace_file("/data/topics/gone/0.0/00000000000000000000.log", "of a deleted topic"));
  ASSERT_TRUE(files_.create_directories("/data/topics/not ours"));
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(disk_log().compact());
  EXPECT_EQ(records(), (std::vector<Kept>{{0, "a", "1"}}));
  EXPECT_FALSE(files_.read_file("/data/topics/a/1.0/00000000000000000000-9.log"));
  EXPECT_FALSE(files_.list("/data/topics/gone/0.0"));
  EXPECT_TRUE(files_.list("/data/topics/not ours"));
}

}  // namespace
}  // namespace azud::log
