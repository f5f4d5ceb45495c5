#include "log/disk_log.h"

#include <algorithm>
#include <future>

#include "log/log_fixture.h"

namespace azud::log {
namespace {

using Values = std::vector<std::string>;

class DiskLogTest : public LogFixture {};

TEST_F(DiskLogTest, gives_out_offsets_and_reads_back) {
  open();
  ASSERT_TRUE(create("a", 2));
  EXPECT_EQ(append("a", {"x", "y"})->base, Offset(0));
  EXPECT_EQ(append("a", {"z"})->base, Offset(2));
  EXPECT_EQ(partition("a")->high_watermark(), Offset(3));
  EXPECT_EQ(partition("a", 1)->high_watermark(), Offset(0));
  EXPECT_EQ(read_all(partition("a")), (Values{"x", "y", "z"}));
  EXPECT_EQ(read_all(partition("a"), Offset(1)), (Values{"x", "y", "z"})) << "the batch that holds the offset, whole";
  EXPECT_EQ(read_all(partition("a"), Offset(2)), (Values{"z"}));
  EXPECT_TRUE(partition("a")->read(Offset(3), 100)->empty());
  EXPECT_EQ(partition("a")->read(Offset(4), 100).error().code(), Code::not_found);
}

TEST_F(DiskLogTest, the_first_batch_comes_whole_and_later_ones_while_they_fit) {
  open();
  ASSERT_TRUE(create("a"));
  for (const char* value : {"1", "2", "3"}) ASSERT_TRUE(append("a", {value}));
  const std::size_t one = batch_of({"1"}).size();
  EXPECT_EQ(partition("a")->read(Offset(0), 1)->size(), 1U);
  EXPECT_EQ(partition("a")->read(Offset(0), 2 * one)->size(), 2U);
  EXPECT_EQ(partition("a")->read(Offset(0), 3 * one - 1)->size(), 2U);
  const auto pieces = partition("a")->read_pieces(Offset(1), 100 * one).value();
  ASSERT_EQ(pieces.size(), 1U) << "small batches are gathered";
  EXPECT_EQ(pieces[0].size(), 2 * one);
}

TEST_F(DiskLogTest, everything_is_there_after_reopening_and_after_a_power_cut) {
  open();
  ASSERT_TRUE(create("a", 1, {{"message.timestamp.type", "LogAppendTime"}}));
  ASSERT_TRUE(append("a", {"x"}));
  WriteBatch batch;
  batch.put("offsets", "g", "7");
  batch.put("offsets", "h", "8");
  batch.append(partition("a"), batch_of({"y"}));
  batch.job_delta("job", SharedBytes::own("delta"));
  EXPECT_EQ(commit(std::move(batch)).value().at(0).base, Offset(1));
  const std::string cluster = log_->cluster_id();
  EXPECT_EQ(cluster.size(), 22U);
  const TopicId id = log_->find_topic("a")->topic->id();

  const auto check = [&] {
    EXPECT_EQ(read_all(partition("a")), (Values{"x", "y"}));
    EXPECT_EQ(log_->get("offsets", "g"), "7");
    EXPECT_EQ(log_->scan("offsets", "").size(), 2U);
    EXPECT_EQ(log_->jobs().restore("job")->deltas.at(0).view(), "delta");
    EXPECT_EQ(log_->cluster_id(), cluster);
    ASSERT_TRUE(log_->find_topic(id));
    EXPECT_EQ(log_->find_topic(id)->topic->name(), "a");
    EXPECT_EQ(log_->find_topic("a")->topic->config().timestamp_type, TimestampType::log_append_time);
  };
  reopen();
  check();
  cut_power_and_open();
  check();
  kill_and_open();
  check();
  EXPECT_EQ(append("a", {"z"})->base, Offset(2));
  cut_power_and_open();
  EXPECT_EQ(read_all(partition("a")), (Values{"x", "y", "z"}));
}

TEST_F(DiskLogTest, a_directory_belongs_to_one_log) {
  open();
  const auto second = Log::open(files_, clock_, "/data", options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::unavailable);
}

TEST_F(DiskLogTest, the_journal_goes_on_in_new_files) {
  options_.journal_file_bytes = 2000;
  open();
  ASSERT_TRUE(create("a"));
  Values expected;
  for (int i = 0; i < 100; ++i) {
    expected.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 7 % 300, 'x'));
    ASSERT_TRUE(append(partition("a"), batch_of(Values{expected.back()})));
  }
  ASSERT_TRUE(append(partition("a"), batch_of(Values{std::string(5000, 'y')}))) << "larger than a journal file";
  expected.push_back(std::string(5000, 'y'));
  EXPECT_GT(files_.list("/data/journal")->size(), 5U);
  cut_power_and_open();
  EXPECT_EQ(read_all(partition("a")), expected);
}

TEST_F(DiskLogTest, topics_are_made_changed_and_deleted) {
  open();
  EXPECT_EQ(create("a/b").error().code(), Code::invalid);
  EXPECT_EQ(create("a", 0).error().code(), Code::invalid);
  EXPECT_EQ(create("a", 1, {{"retention.ms", "soon"}}).error().code(), Code::invalid);
  EXPECT_FALSE(log_->find_topic("a"));
  ASSERT_TRUE(create("a", 2));
  EXPECT_EQ(create("a").error().code(), Code::already_exists);
  const PartitionPtr old = partition("a");
  const TopicId old_id = log_->find_topic("a")->topic->id();

  EXPECT_TRUE(await<Status>([&](auto done) { log_->add_partitions("a", 3, std::move(done)); }));
  EXPECT_FALSE(await<Status>([&](auto done) { log_->add_partitions("a", 3, std::move(done)); }));
  EXPECT_EQ(log_->find_topic("a")->partitions.size(), 3U);
  EXPECT_TRUE(
      await<Status>([&](auto done) { log_->set_topic_config("a", {{"cleanup.policy", "compact"}}, std::move(done)); }));
  EXPECT_TRUE(old->topic()->config().compact);
  ASSERT_TRUE(append("a", {"x"}));

  ASSERT_TRUE(delete_topic("a"));
  EXPECT_EQ(delete_topic("a").error().code(), Code::not_found);
  EXPECT_FALSE(log_->find_topic("a"));
  EXPECT_FALSE(log_->find_topic(old_id));
  EXPECT_EQ(old->read(Offset(0), 100).error().code(), Code::not_found);
  EXPECT_EQ(append(old, batch_of({"y"})).error().code(), Code::not_found);

  ASSERT_TRUE(create("a"));
  EXPECT_NE(log_->find_topic("a")->topic->id(), old_id);
  EXPECT_EQ(partition("a")->high_watermark(), Offset(0));
  ASSERT_TRUE(append("a", {"new"}));
  cut_power_and_open();
  EXPECT_EQ(read_all(partition("a")), (Values{"new"}));
  ASSERT_EQ(log_->topics().size(), 1U);
}

TEST_F(DiskLogTest, records_are_deleted_up_to_an_offset) {
  open();
  ASSERT_TRUE(create("a"));
  ASSERT_TRUE(append("a", {"0", "1", "2"}));
  ASSERT_TRUE(append("a", {"3"}));
  EXPECT_EQ(delete_records(partition("a"), Offset(5)).error().code(), Code::invalid);
  ASSERT_TRUE(delete_records(partition("a"), Offset(1)));
  ASSERT_TRUE(delete_records(partition("a"), Offset(0))) << "a start never moves back";
  EXPECT_EQ(partition("a")->log_start(), Offset(1));
  EXPECT_EQ(partition("a")->read(Offset(0), 100).error().code(), Code::not_found);
  EXPECT_EQ(read_all(partition("a"), Offset(1)).size(), 4U);
  cut_power_and_open();
  EXPECT_EQ(partition("a")->log_start(), Offset(1));
  EXPECT_EQ(append("a", {"4"})->log_start, Offset(1));
}

TEST_F(DiskLogTest, producer_ids_are_never_given_twice) {
  open();
  int64_t last = -1;
  for (int i = 0; i < 5; ++i) {
    const auto id = await<Result<ProducerId>>([&](auto done) { log_->next_producer_id(std::move(done)); });
    ASSERT_TRUE(id);
    EXPECT_GT(id->value(), last);
    last = id->value();
    if (i == 2) cut_power_and_open();
  }
}

TEST_F(DiskLogTest, a_commit_is_refused_as_a_whole) {
  open();
  ASSERT_TRUE(create("a"));
  ASSERT_TRUE(create("b"));
  const PartitionPtr gone = partition("b");
  ASSERT_TRUE(delete_topic("b"));
  WriteBatch batch;
  batch.append(partition("a"), batch_of({"x"}));
  batch.put("t", "k", "v");
  batch.append(gone, batch_of({"y"}));
  EXPECT_EQ(commit(std::move(batch)).error().code(), Code::not_found);
  EXPECT_EQ(partition("a")->high_watermark(), Offset(0));
  EXPECT_FALSE(log_->get("t", "k"));
  EXPECT_EQ(append("a", {"z"})->base, Offset(0));
}

TEST_F(DiskLogTest, bytes_that_are_no_batch_are_refused) {
  open();
  ASSERT_TRUE(create("a"));
  EXPECT_FALSE(append(partition("a"), SharedBytes::own("nonsense")));
  EXPECT_FALSE(append(partition("a"), SharedBytes::own(std::string(batch_of({"x"}).view()) + "more")));
  EXPECT_EQ(partition("a")->high_watermark(), Offset(0));
}

TEST_F(DiskLogTest, a_failed_sync_takes_the_group_back_and_the_log_goes_on) {
  open();
  ASSERT_TRUE(create("a"));
  ASSERT_TRUE(append("a", {"1"}));
  // The write goes through, the sync fails.
  files_.set_before_sync([&](const auto& path) {
    if (path.string().find(".journal") != std::string::npos) files_.fail_matching(".journal", Code::io);
  });
  EXPECT_EQ(append("a", {"lost"}).error().code(), Code::io);
  files_.set_before_sync(nullptr);
  files_.fail_matching("", Code::io);
  wait_until_writable();
  EXPECT_EQ(partition("a")->high_watermark(), Offset(1));
  EXPECT_EQ(append("a", {"2"})->base, Offset(1));
  ASSERT_TRUE(append("a", {"3"}));
  EXPECT_EQ(read_all(partition("a")), (Values{"1", "2", "3"}));
  kill_and_open();
  EXPECT_EQ(read_all(partition("a")), (Values{"1", "2", "3"})) << "what failed must not come back";
  cut_power_and_open();
  EXPECT_EQ(read_all(partition("a")), (Values{"1", "2", "3"}));
}

TEST_F(DiskLogTest, a_torn_end_is_cut_and_written_over) {
  for (uint64_t operation = 1; operation <= 2; ++operation) {
    open();
    const std::string topic = "t" + std::to_string(operation);
    ASSERT_TRUE(create(topic));
    ASSERT_TRUE(append(topic, {"1"}));
    files_.cut_power_at(operation);
    EXPECT_FALSE(append(partition(topic), batch_of(Values{std::string(3000, 'x')})));
    cut_power_and_open();
    const auto hw = partition(topic)->high_watermark();
    EXPECT_EQ(append(topic, {"2"})->base, hw);
    cut_power_and_open();
    EXPECT_EQ(read_all(partition(topic)).back(), "2");
    log_.reset();
  }
}

TEST_F(DiskLogTest, damage_before_later_journal_files_is_an_error_not_a_loss) {
  options_.journal_file_bytes = 2000;
  open();
  ASSERT_TRUE(create("a"));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(append("a", {"some value"}));
  files_.cut_power();
  log_.reset();
  files_.restart_process();
  const auto names = files_.list("/data/journal").value();
  {
    const auto file = files_.open("/data/journal/" + names[1], io::OpenMode::write).value();
    ASSERT_TRUE(file->write_at(700, "X"));
  }
  const auto opened = Log::open(files_, clock_, "/data", options_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::corrupt);
  EXPECT_FALSE(opened.error().hint().empty());
}

TEST_F(DiskLogTest, what_waits_at_the_close_is_answered) {
  open();
  ASSERT_TRUE(create("a"));
  const PartitionPtr a = partition("a");
  std::atomic<int> answered = 0;
  for (int i = 0; i < 100; ++i) {
    log_->append(a, batch_of({"x"}), [&](const Result<Appended>& result) { answered += result ? 1 : 1000; });
  }
  log_.reset();
  EXPECT_EQ(answered, 100);
  EXPECT_EQ(a->high_watermark(), Offset(100)) << "a handle may outlive its log";
  open();
  EXPECT_EQ(read_all(partition("a")).size(), 100U);
}

TEST_F(DiskLogTest, those_who_wait_are_woken_once) {
  open();
  ASSERT_TRUE(create("a"));
  const PartitionPtr a = partition("a");
  std::atomic<int> woken = 0;
  auto at_once = a->wait(Offset(-1), [&] { ++woken; });
  auto later = a->wait(Offset(0), [&] { ++woken; });
  {
    const auto cancelled = a->wait(Offset(0), [&] { woken += 1000; });
  }
  ASSERT_TRUE(append("a", {"x"}));
  ASSERT_TRUE(append("a", {"y"}));
  EXPECT_EQ(woken, 2);
  auto at_deletion = a->wait(Offset(2), [&] { ++woken; });
  ASSERT_TRUE(delete_topic("a"));
  EXPECT_EQ(woken, 3);
  auto already = a->wait(Offset(2), [&] { ++woken; });
  ASSERT_TRUE(create("b"));
  EXPECT_EQ(woken, 4);
}

TEST_F(DiskLogTest, a_callback_may_give_up_its_own_wait) {
  open();
  ASSERT_TRUE(create("a"));
  WaitPtr wait;
  std::promise<void> done;
  wait = partition("a")->wait(Offset(0), [&] {
    wait.reset();
    done.set_value();
  });
  ASSERT_TRUE(append("a", {"x"}));
  done.get_future().get();
}

TEST_F(DiskLogTest, interval_mode_answers_before_the_sync_and_close_syncs) {
  options_.durability = Durability::interval;
  open();
  ASSERT_TRUE(create("a"));
  ASSERT_TRUE(append("a", {"x"}));
  log_.reset();
  files_.cut_power();
  files_.restart();
  open();
  EXPECT_EQ(read_all(partition("a")), (Values{"x"}));
}

TEST_F(DiskLogTest, partitions_of_all_topics_together_are_bounded) {
  options_.partitions_max = 5;
  open();
  ASSERT_TRUE(create("a", 3));
  const Status refused = create("b", 3);
  EXPECT_EQ(refused.error().code(), Code::invalid);
  EXPECT_TRUE(refused.error().message().ends_with("no room for 3 more")) << refused.error().message();
  ASSERT_TRUE(create("b", 2));
  const auto grow = [&] { return await<Status>([&](auto done) { log_->add_partitions("a", 4, std::move(done)); }); };
  EXPECT_EQ(grow().error().code(), Code::invalid);
  reopen();
  EXPECT_EQ(grow().error().code(), Code::invalid);
  ASSERT_TRUE(delete_topic("b"));
  EXPECT_TRUE(grow());
  EXPECT_TRUE(create("c", 1));
}

TEST_F(DiskLogTest, a_crowd_of_new_topics_lets_records_pass) {
  open();
  ASSERT_TRUE(create("t"));
  std::promise<void> is_held, is_queued;
  std::vector<std::string> order;  // the journal's thread, until all is done
  std::promise<void> is_done;
  // Holds the journal's thread until all have come, so that they are taken as one crowd.
  log_->append(partition("t"), batch_of({"first"}), [&](const auto&) {
    is_held.set_value();
    is_queued.get_future().wait();
  });
  is_held.get_future().wait();
  for (int i = 0; i < 40; ++i) {
    log_->create_topic("n" + std::to_string(i), 1, {}, [&, i](const Status& made) {
      order.push_back(made ? "topic" : "refused");
      if (i == 39) is_done.set_value();
    });
  }
  log_->append(partition("t"), batch_of({"second"}), [&](const auto&) { order.push_back("record"); });
  is_queued.set_value();
  is_done.get_future().wait();
  ASSERT_EQ(order.size(), 41U);
  EXPECT_LT(std::ranges::find(order, "record") - order.begin(), 3);
  EXPECT_EQ(std::ranges::count(order, "topic"), 40);
}

TEST_F(DiskLogTest, says_what_a_table_takes) {
  open();
  EXPECT_EQ(log_->table_bytes("t"), 0U);
  WriteBatch put;
  put.put("t", "key", std::string(1000, 'v'));
  ASSERT_TRUE(commit(std::move(put)));
  const std::size_t one = log_->table_bytes("t");
  EXPECT_GT(one, 1000U);
  WriteBatch more;
  more.put("t", "key", std::string(2000, 'v'));
  more.put("t", "other", "");
  ASSERT_TRUE(commit(std::move(more)));
  EXPECT_GE(log_->table_bytes("t"), one + 1000);
  WriteBatch gone;
  gone.erase("t", "key");
  gone.erase("t", "other");
  ASSERT_TRUE(commit(std::move(gone)));
  EXPECT_EQ(log_->table_bytes("t"), 0U);
}

}  // namespace
}  // namespace azud::log
