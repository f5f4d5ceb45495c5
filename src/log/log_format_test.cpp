#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "log/log_fixture.h"

// A log that version 1 of the formats wrote (testdata/format-1) must open for ever. AZUD_UPDATE_GOLDEN=1 writes it
// anew: only before a format's first release.

namespace azud::log {
namespace {

using Values = std::vector<std::string>;

class LogFormatTest : public LogFixture {
 protected:
  void write_sample() {
    options_.journal_file_bytes = 4096;
    open();
    ASSERT_TRUE(create("ingress", 2, {{"message.timestamp.type", "LogAppendTime"}, {"segment.bytes", "400"}}));
    ASSERT_TRUE(create("table", 1, {{"cleanup.policy", "compact"}}));
    ASSERT_TRUE(create("gone"));
    for (int i = 0; i < 10; ++i) {
      clock_.advance_ms(10);
      ASSERT_TRUE(append(partition("ingress", 1), batch_of(Values{"value " + std::to_string(i), "second"})));
    }
    ASSERT_TRUE(
        append(partition("table"), batch_of(Values{"x"}, {.producer_id = 7, .producer_epoch = 1, .base_sequence = 0})));
    ASSERT_TRUE(delete_records(partition("ingress", 1), Offset(3)));
    put("before", "1");
    job("one", 1);
    ASSERT_TRUE(await<Status>(
        [&](auto done) { log_->jobs().finish_snapshot("job", 1, SharedBytes::own("state of one"), std::move(done)); }));
    job("two", 0);
    ASSERT_TRUE(disk_log().checkpoint());

    put("after", "2");
    job("three", 0);
    ASSERT_TRUE(delete_topic("gone"));
    ASSERT_TRUE(append(partition("ingress", 0), batch_of(Values{"late"})));
    ASSERT_TRUE(await<Status>([&](auto done) { log_->add_partitions("table", 2, std::move(done)); }));
  }
  void put(const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.put("sample", key, value);
    ASSERT_TRUE(commit(std::move(batch)));
  }
  void job(const std::string& delta, uint64_t begins) {
    WriteBatch batch;
    batch.job_delta("job", SharedBytes::own(delta));
    if (begins > 0) batch.job_snapshot_begin("job", begins);
    ASSERT_TRUE(commit(std::move(batch)));
  }

  void check_sample() {
    ASSERT_EQ(log_->topics().size(), 2U);
    const auto ingress = log_->find_topic("ingress");
    EXPECT_EQ(ingress->topic->config().timestamp_type, TimestampType::log_append_time);
    Values expected{"second"};
    for (int i = 2; i < 10; ++i) {
      expected.push_back("value " + std::to_string(i));
      expected.emplace_back("second");
    }
    Values values = read_all(partition("ingress", 1));
    values.erase(values.begin());  // the batch that holds offset 3 begins before it
    EXPECT_EQ(values, expected);
    EXPECT_EQ(partition("ingress", 1)->find_timestamp(1'700'000'000'055)->offset, Offset(10));
    EXPECT_EQ(read_all(partition("ingress", 0)), (Values{"late"}));
    EXPECT_EQ(read_all(partition("table")), (Values{"x"}));
    EXPECT_EQ(log_->find_topic("table")->partitions.size(), 2U);
    EXPECT_EQ(log_->scan("sample", ""),
              (std::vector<std::pair<std::string, std::string>>{{"after", "2"}, {"before", "1"}}));
    const auto restored = log_->jobs().restore("job");
    ASSERT_TRUE(restored) << restored.error().to_text();
    EXPECT_EQ(restored->snapshot.view(), "state of one");
    ASSERT_EQ(restored->deltas.size(), 2U);
    EXPECT_EQ(restored->deltas[0].view(), "two");
    EXPECT_EQ(restored->deltas[1].view(), "three");
    const auto repeat =
        append(partition("table"), batch_of(Values{"x"}, {.producer_id = 7, .producer_epoch = 1, .base_sequence = 0}));
    ASSERT_TRUE(repeat);
    EXPECT_EQ(repeat->base, Offset(0)) << "the producer is known";
    EXPECT_EQ(log_->cluster_id().size(), 22U);
  }

  /// Copies all files of the log in memory to a real directory.
  void save(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::create_directories(to);
    const auto names = files_.list(from).value();
    for (const std::string& name : names) {
      if (files_.list(from / name)) {
        save(from / name, to / name);
      } else if (!name.ends_with(".spare")) {
        std::ofstream(to / name, std::ios::binary) << files_.read_file(from / name).value();
      }
    }
  }
  void load(const std::filesystem::path& from, const std::filesystem::path& to) {
    ASSERT_TRUE(files_.create_directories(to));
    for (const auto& entry : std::filesystem::directory_iterator(from)) {
      if (entry.is_directory()) {
        load(entry.path(), to / entry.path().filename());
        continue;
      }
      io::RealFileSystem real;
      const auto bytes = real.read_file(entry.path());
      ASSERT_TRUE(bytes);
      ASSERT_TRUE(files_.replace_file(to / entry.path().filename(), *bytes));
    }
  }
};

TEST_F(LogFormatTest, a_log_written_now_opens) {
  ASSERT_NO_FATAL_FAILURE(write_sample());
  if (std::getenv("AZUD_UPDATE_GOLDEN") != nullptr) {
    save("/data", std::filesystem::path(AZUD_SOURCE_DIR) / "src/log/testdata/format-1");
  }
  cut_power_and_open();
  check_sample();
}

TEST_F(LogFormatTest, a_log_of_version_1_opens) {
  ASSERT_NO_FATAL_FAILURE(load(std::filesystem::path(AZUD_SOURCE_DIR) / "src/log/testdata/format-1", "/data"));
  options_.journal_file_bytes = 4096;
  ASSERT_NO_FATAL_FAILURE(open());
  check_sample();
  reopen();
  check_sample();
}

}  // namespace
}  // namespace azud::log
