#include <algorithm>

#include "log/checkpoint.h"
#include "log/log_fixture.h"

// Segments, checkpoints, retention and a full disk, seen from outside.

namespace azud::log {
namespace {

using Values = std::vector<std::string>;

class StorageTest : public LogFixture {
 protected:
  Values append_many(const std::string& topic, int count, std::size_t bytes = 50) {
    Values values;
    for (int i = 0; i < count; ++i) {
      values.push_back(std::to_string(next_value_++) + std::string(bytes, 'x'));
      const auto appended = append(partition(topic), batch_of(Values{values.back()}));
      EXPECT_TRUE(appended) << appended.error().to_text();
    }
    return values;
  }
  std::vector<std::string> segment_files(const std::string& topic, int number = 1) {
    return files_.list("/data/topics/" + topic + "/" + std::to_string(number) + ".0").value_or(Values());
  }
  void stop_dead() {
    files_.cut_power();
    log_.reset();
    files_.restart();
  }
  int next_value_ = 0;
};

TEST_F(StorageTest, memory_is_bounded_and_what_left_it_can_be_read) {
  options_.tail_bytes_max = 10'000;
  open();
  ASSERT_TRUE(create("a", 1, {{"segment.bytes", "5000"}}));
  const Values values = append_many("a", 500);
  EXPECT_EQ(read_all(partition("a")), values);
  EXPECT_GT(segment_files("a").size(), 10U) << "several segments";
  EXPECT_GT(log_->statistics().segment_bytes, 50'000U);
  cut_power_and_open();
  EXPECT_EQ(read_all(partition("a")), values);
}

TEST_F(StorageTest, memory_is_given_back_when_it_is_quiet) {
  options_.quiet_ms = 0;
  open();
  ASSERT_TRUE(create("a"));
  Values values;
  for (int i = 0; i < 3; ++i) {
    values.push_back(std::string(1 << 20, static_cast<char>('a' + i)));
    ASSERT_TRUE(append(partition("a"), batch_of(Values{values.back()})));
  }
  while (log_->statistics().tail_bytes > 0) std::this_thread::yield();
  EXPECT_GT(log_->statistics().segment_bytes, 3U << 20);
  EXPECT_EQ(read_all(partition("a")), values);
}

TEST_F(StorageTest, a_clean_stop_leaves_nothing_to_replay) {
  open();
  ASSERT_TRUE(create("a"));
  const Values values = append_many("a", 20);
  log_.reset();
  const auto numbers = list_checkpoints(files_, "/data/checkpoint").value();
  ASSERT_FALSE(numbers.empty());
  EXPECT_EQ(read_checkpoint_head(files_, "/data/checkpoint", numbers.back())->position.next, Sequence(23));
  open();
  EXPECT_EQ(read_all(partition("a")), values);
  EXPECT_EQ(append("a", {"next"})->base, Offset(20));
}

TEST_F(StorageTest, the_checkpoint_before_serves_when_the_newest_is_damaged) {
  options_.journal_file_bytes = 3000;
  open();
  ASSERT_TRUE(create("a", 1, {{"segment.bytes", "2000"}}));
  Values values;
  for (int round = 0; round < 4; ++round) {
    const auto more = append_many("a", 30);
    values.insert(values.end(), more.begin(), more.end());
    ASSERT_TRUE(delete_records(partition("a"), Offset(round * 10)));
    ASSERT_TRUE(disk_log().checkpoint());
  }
  const auto more = append_many("a", 5);
  values.insert(values.end(), more.begin(), more.end());
  stop_dead();
  const auto numbers = list_checkpoints(files_, "/data/checkpoint").value();
  ASSERT_GE(numbers.size(), 2U);
  const auto newest = fmt::format("/data/checkpoint/{:020}.checkpoint", numbers.back());
  ASSERT_TRUE(files_.open(newest, io::OpenMode::update).value()->write_at(40, "damage"));
  open();
  EXPECT_EQ(partition("a")->log_start(), Offset(30));
  EXPECT_EQ(read_all(partition("a")), Values(values.begin() + 30, values.end()));
  EXPECT_EQ(partition("a")->high_watermark(), Offset(125));
  stop_dead();
  const auto left = list_checkpoints(files_, "/data/checkpoint").value();
  for (const auto number : left) {
    const auto path = fmt::format("/data/checkpoint/{:020}.checkpoint", number);
    ASSERT_TRUE(files_.open(path, io::OpenMode::update).value()->truncate(30));
  }
  const auto opened = Log::open(files_, clock_, "/data", options_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::corrupt);
}

TEST_F(StorageTest, journal_files_go_when_no_checkpoint_needs_them) {
  options_.journal_file_bytes = 3000;
  open();
  ASSERT_TRUE(create("a"));
  for (int round = 0; round < 5; ++round) {
    append_many("a", 100);
    ASSERT_TRUE(disk_log().checkpoint());
  }
  const auto journal = list_journal_files(files_, "/data/journal").value();
  EXPECT_LT(journal.size(), 12U) << "what the last two checkpoints need, not 60";
  EXPECT_EQ(list_checkpoints(files_, "/data/checkpoint")->size(), 2U);
}

TEST_F(StorageTest, retention_by_time_gives_up_whole_segments) {
  open();
  ASSERT_TRUE(create("a", 1, {{"segment.bytes", "1000"}, {"retention.ms", "10000"}}));
  append_many("a", 30);
  clock_.advance_ms(6000);
  append_many("a", 30);
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(disk_log().retain());
  EXPECT_EQ(partition("a")->log_start(), Offset(0));
  clock_.advance_ms(6000);
  ASSERT_TRUE(disk_log().retain());
  const Offset start = partition("a")->log_start();
  EXPECT_GT(start, Offset(20));
  EXPECT_LE(start, Offset(30));
  EXPECT_EQ(read_all(partition("a")).size(), static_cast<std::size_t>(60 - start.value()));
  const auto files = segment_files("a");
  EXPECT_EQ(files.front(), fmt::format("{:020}.index", start));
  stop_dead();
  open();
  EXPECT_EQ(partition("a")->log_start(), start);
  clock_.advance_ms(100'000);
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(disk_log().retain());
  EXPECT_EQ(partition("a")->log_start(), Offset(60)) << "the segment being filled goes too";
  EXPECT_EQ(append("a", {"more"})->base, Offset(60));
  EXPECT_EQ(read_all(partition("a")), (Values{"more"}));
}

TEST_F(StorageTest, retention_by_size_and_the_cap_for_all) {
  options_.total_bytes_max = 3 << 20;
  open();
  ASSERT_TRUE(create("small", 1, {{"segment.bytes", "1000"}, {"retention.bytes", "2500"}}));
  ASSERT_TRUE(create("kept", 1, {{"segment.bytes", "1000"}, {"cleanup.policy", "compact"}}));
  append_many("small", 60);
  append_many("kept", 60);
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(disk_log().retain());
  EXPECT_GE(partition("small")->size_bytes(), 2500U);
  EXPECT_LT(partition("small")->size_bytes(), 4500U);
  EXPECT_EQ(partition("kept")->log_start(), Offset(0));

  ASSERT_TRUE(create("old"));
  ASSERT_TRUE(create("new"));
  for (const char* topic : {"old", "new"}) {
    clock_.advance_ms(1000);
    append_many(topic, 40, 100'000);
  }
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(disk_log().retain());
  uint64_t total = 0;
  for (const char* topic : {"small", "kept", "old", "new"}) total += partition(topic)->size_bytes();
  EXPECT_LE(total, options_.total_bytes_max);
  EXPECT_GT(partition("old")->log_start(), Offset(20));
  EXPECT_EQ(partition("kept")->log_start(), Offset(0)) << "only topics that delete give anything up";
}

TEST_F(StorageTest, a_deleted_topics_files_go_and_a_reader_may_finish) {
  options_.tail_bytes_max = 1000;
  open();
  ASSERT_TRUE(create("a"));
  append_many("a", 50);
  ASSERT_TRUE(disk_log().checkpoint());
  EXPECT_FALSE(segment_files("a").empty());
  ASSERT_TRUE(delete_topic("a"));
  ASSERT_TRUE(disk_log().retain());
  EXPECT_TRUE(segment_files("a").empty());
  EXPECT_EQ(files_.list("/data/topics").value(), Values());
  ASSERT_TRUE(create("a"));
  append_many("a", 50);
  ASSERT_TRUE(disk_log().checkpoint());
  EXPECT_FALSE(segment_files("a", 2).empty());
}

TEST_F(StorageTest, a_topic_may_be_deleted_while_a_checkpoint_is_made) {
  for (int round = 0; round < 30; ++round) {
    open();
    ASSERT_TRUE(create("a", 3));
    for (std::size_t p = 0; p < 3; ++p) {
      for (int i = 0; i < 2; ++i) ASSERT_TRUE(append(partition("a", p), batch_of({"x", "y"})));
    }
    std::atomic<bool> goes = false;
    std::thread beside([&] {
      goes = true;
      EXPECT_TRUE(disk_log().checkpoint());
    });
    while (!goes) std::this_thread::yield();
    ASSERT_TRUE(append(partition("a", 2), batch_of({"z"})));
    ASSERT_TRUE(delete_topic("a"));
    beside.join();
    ASSERT_NO_FATAL_FAILURE(cut_power_and_open()) << "round " << round;
    EXPECT_FALSE(log_->find_topic("a"));
    log_.reset();
  }
}

TEST_F(StorageTest, the_leader_epoch_rises_when_what_was_acknowledged_may_be_lost) {
  options_.durability = Durability::none;
  open();
  ASSERT_TRUE(create("a"));
  append_many("a", 3);
  EXPECT_EQ(partition("a")->leader_epoch(), LeaderEpoch(0));
  reopen();
  EXPECT_EQ(partition("a")->leader_epoch(), LeaderEpoch(0)) << "stopped in good order";
  append_many("a", 2);
  ASSERT_TRUE(disk_log().checkpoint());
  cut_power_and_open();
  EXPECT_EQ(partition("a")->leader_epoch(), LeaderEpoch(1));
  EXPECT_EQ(partition("a")->end_of_epoch(LeaderEpoch(0)), Offset(5));
  append_many("a", 1);
  EXPECT_EQ(partition("a")->end_of_epoch(LeaderEpoch(1)), Offset(6));
  EXPECT_EQ(partition("a")->end_of_epoch(LeaderEpoch(2)).error().code(), Code::not_found);
  const auto batches = partition("a")->read(Offset(5), 100).value();
  EXPECT_EQ(kafka::BatchView::parse(batches.at(0).bytes.view())->leader_epoch(), 1);
  ASSERT_TRUE(create("b"));
  EXPECT_EQ(partition("b")->leader_epoch(), LeaderEpoch(1));

  options_.durability = Durability::commit;
  reopen();
  EXPECT_EQ(partition("a")->leader_epoch(), LeaderEpoch(1));
  append_many("a", 1);
  cut_power_and_open();
  EXPECT_EQ(partition("a")->leader_epoch(), LeaderEpoch(1)) << "nothing that was acknowledged can be lost";
  EXPECT_EQ(partition("a")->high_watermark(), Offset(7));
}

TEST_F(StorageTest, a_full_disk_refuses_records_keeps_small_changes_and_recovers) {
  options_.journal_file_bytes = 8000;
  options_.tail_bytes_max = 4000;
  options_.checkpoint_journal_bytes = 16'000;
  open();
  ASSERT_TRUE(create("a", 1, {{"segment.bytes", "4000"}}));
  Values values = append_many("a", 10);
  files_.set_capacity(60'000);
  Result<Appended> refused = Appended{};
  for (int i = 0; i < 10'000; ++i) {
    const std::string value = std::to_string(i) + std::string(100, 'y');
    refused = append(partition("a"), batch_of(Values{value}));
    if (!refused) break;
    values.push_back(value);
  }
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::storage_full) << refused.error().to_text();
  EXPECT_TRUE(log_->storage_full());
  EXPECT_EQ(read_all(partition("a")), values) << "reading goes on";
  for (int i = 0; i < 10; ++i) {
    WriteBatch batch;
    batch.put("offsets", "g" + std::to_string(i), "1");
    EXPECT_TRUE(commit(std::move(batch))) << "small changes have the reserve";
  }
  stop_dead();
  open();
  EXPECT_EQ(read_all(partition("a")), values) << "nothing acknowledged is lost";
  EXPECT_EQ(log_->scan("offsets", "").size(), 10U);

  ASSERT_TRUE(delete_records(partition("a"), partition("a")->high_watermark()));
  files_.set_capacity(200'000);
  wait_until_writable();
  EXPECT_TRUE(append("a", {"again"}));
  EXPECT_EQ(read_all(partition("a")), (Values{"again"}));
}

TEST_F(StorageTest, segments_that_cannot_be_written_keep_their_batches_in_memory_and_journal) {
  options_.tail_bytes_max = 2000;
  open();
  ASSERT_TRUE(create("a"));
  Values values = append_many("a", 5);
  files_.fail_matching("/topics/", Code::storage_full);
  for (int i = 0; i < 1000; ++i) {
    const std::string value = std::to_string(i) + std::string(50, 'z');
    if (!append(partition("a"), batch_of(Values{value}))) break;
    values.push_back(value);
  }
  EXPECT_LT(values.size(), 1000U);
  EXPECT_EQ(read_all(partition("a")), values);
  EXPECT_FALSE(disk_log().checkpoint());
  stop_dead();
  files_.fail_matching("", Code::io);
  open();
  EXPECT_EQ(read_all(partition("a")), values);
  EXPECT_TRUE(append("a", {"again"}));
}

TEST_F(StorageTest, little_free_space_counts_as_a_full_disk) {
  options_.free_disk_bytes_min = 10 << 20;
  open();
  ASSERT_TRUE(create("a"));
  append_many("a", 1);
  files_.set_capacity(5 << 20);
  while (append("a", {"x"})) {
  }
  EXPECT_EQ(append("a", {"x"}).error().code(), Code::storage_full);
  files_.set_capacity(0);
  wait_until_writable();
  EXPECT_TRUE(append("a", {"x"}));
}

}  // namespace
}  // namespace azud::log
