#include "log/log_fixture.h"

namespace azud::log {
namespace {

using Values = std::vector<std::string>;

class JobFilesTest : public LogFixture {
 protected:
  void delta(const std::string& value, uint64_t begins = 0) {
    WriteBatch batch;
    if (begins > 0) batch.job_snapshot_begin("my job/1", begins);
    batch.job_delta("my job/1", SharedBytes::own(value));
    ASSERT_TRUE(commit(std::move(batch)));
  }
  Status finish(uint64_t generation, const std::string& whole) {
    return await<Status>([&](auto done) {
      log_->jobs().finish_snapshot("my job/1", generation, SharedBytes::own(whole), std::move(done));
    });
  }
  void expect(uint64_t generation, const std::string& snapshot, const Values& deltas) {
    const auto restored = log_->jobs().restore("my job/1");
    ASSERT_TRUE(restored) << restored.error().to_text();
    EXPECT_EQ(restored->generation, generation);
    EXPECT_EQ(restored->snapshot.view(), snapshot);
    Values actual;
    for (const auto& bytes : restored->deltas) actual.emplace_back(bytes.view());
    EXPECT_EQ(actual, deltas);
    uint64_t bytes = 0;
    for (const auto& value : deltas) bytes += value.size();
    EXPECT_EQ(log_->jobs().delta_bytes("my job/1"), bytes);
  }
  Values job_directory() { return files_.list("/data/jobs/my%20job%2f1").value_or(Values()); }
};

TEST_F(JobFilesTest, deltas_come_back_in_order_from_memory_files_and_journal) {
  open();
  expect(0, "", {});
  delta("one");
  ASSERT_TRUE(disk_log().checkpoint());
  delta("two");
  expect(0, "", {"one", "two"});
  EXPECT_EQ(job_directory().size(), 1U);
  cut_power_and_open();
  expect(0, "", {"one", "two"});
  delta("three");
  reopen();
  expect(0, "", {"one", "two", "three"});
  EXPECT_EQ(log_->jobs().names(), (Values{"my job/1"}));
}

TEST_F(JobFilesTest, a_snapshot_takes_the_place_of_what_it_includes) {
  open();
  delta("one");
  delta("two", 1);  // the snapshot includes the delta of its own entry
  delta("three");
  expect(0, "", {"one", "two", "three"});
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(finish(1, "state of one and two"));
  expect(1, "state of one and two", {"three"});
  cut_power_and_open();
  expect(1, "state of one and two", {"three"});
  ASSERT_TRUE(disk_log().checkpoint());
  EXPECT_EQ(job_directory().size(), 2U) << "the snapshot and the file of three";
  delta("four", 2);
  ASSERT_TRUE(finish(2, "all"));
  expect(2, "all", {});
  ASSERT_TRUE(disk_log().checkpoint());
  EXPECT_EQ(job_directory().size(), 1U);
  reopen();
  expect(2, "all", {});
}

TEST_F(JobFilesTest, an_unfinished_snapshot_changes_nothing) {
  open();
  delta("one", 1);
  delta("two");
  EXPECT_EQ(finish(2, "never begun").error().code(), Code::invalid);
  cut_power_and_open();
  expect(0, "", {"one", "two"});
  delta("three", 1);  // begun again after the restart
  delta("four");
  ASSERT_TRUE(finish(1, "one two three"));
  expect(1, "one two three", {"four"});
  EXPECT_EQ(finish(1, "twice").error().code(), Code::invalid);
  expect(1, "one two three", {"four"});
}

TEST_F(JobFilesTest, a_dropped_job_is_gone_with_its_files) {
  open();
  delta("one", 1);
  ASSERT_TRUE(finish(1, "one"));
  delta("two");
  ASSERT_TRUE(disk_log().checkpoint());
  ASSERT_TRUE(await<Status>([&](auto done) { log_->jobs().drop("my job/1", std::move(done)); }));
  expect(0, "", {});
  EXPECT_TRUE(log_->jobs().names().empty());
  ASSERT_TRUE(disk_log().checkpoint());
  EXPECT_EQ(job_directory(), Values());
  delta("new");
  cut_power_and_open();
  expect(0, "", {"new"});
}

TEST_F(JobFilesTest, damage_is_an_error_not_another_state) {
  open();
  delta("one", 1);
  ASSERT_TRUE(finish(1, "state"));
  delta("two");
  ASSERT_TRUE(disk_log().checkpoint());
  const Values names = job_directory();
  ASSERT_EQ(names.size(), 2U);
  for (const std::string& name : names) {
    const auto file = files_.open("/data/jobs/my%20job%2f1/" + name, io::OpenMode::update).value();
    char last;
    const uint64_t size = file->size().value();
    ASSERT_TRUE(file->read_exactly(size - 1, &last, 1));
    ASSERT_TRUE(file->write_at(size - 1, "!"));
    EXPECT_EQ(log_->jobs().restore("my job/1").error().code(), Code::corrupt);
    ASSERT_TRUE(file->write_at(size - 1, ByteView(&last, 1)));
  }
  expect(1, "state", {"two"});
}

}  // namespace
}  // namespace azud::log
