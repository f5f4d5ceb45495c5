// SQL text to topics: jobs over kafka tables on a real log, killed and started again.
#include "stream/run/job.h"

#include <array>
#include <deque>
#include <map>
#include <numeric>
#include <random>
#include <thread>

#include <gmock/gmock.h>

#include "connect/registry.h"
#include "log/log_fixture.h"
#include "sql/session.h"
#include "sql/syntax/parser.h"

namespace azud::connect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view tables = R"(
CREATE TABLE ENTRY (id INT, humo BOOLEAN, temperatura DOUBLE) WITH (
  'connector' = 'kafka', 'topic' = 'ENTRY', 'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true');
CREATE TABLE HOT (id INT, temperatura DOUBLE) WITH (
  'connector' = 'kafka', 'topic' = 'HOT', 'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'csv', 'key.fields' = 'id', 'value.format' = 'json');
)";
constexpr std::string_view hot = "INSERT INTO HOT SELECT id, temperatura FROM ENTRY WHERE temperatura >= 30;";

class JobTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(create("ENTRY", 2));
    ASSERT_TRUE(create("HOT", 1));
  }
  void TearDown() override { job_.reset(); }

  /// Runs all statements; the last one with rows becomes the job.
  void start(const std::string& sql) {
    const Status started = try_start(sql);
    ASSERT_TRUE(started) << started.error().to_text();
  }
  Status try_start(const std::string& sql) {
    TRY_ASSIGN(const auto script,
               sql::parse_script(std::make_shared<const sql::Source>("", std::string(tables) + sql)));
    sql::Session session;
    environment_ =
        Environment::of(*log_, files_, clock_, [](std::string_view server) { return server == "localhost:9092"; });
    registry_ = std::make_unique<Registry>(environment_);
    for (const sql::ast::Statement& statement : script) {
      TRY_ASSIGN(auto outcome, session.execute(statement));
      if (!std::holds_alternative<sql::PhysicalPlan>(outcome.result)) continue;
      TRY_ASSIGN(job_, stream::Job::start(std::get<sql::PhysicalPlan>(std::move(outcome.result)), *registry_, *log_,
                                          clock_, {.name = "job", .runtime = {.parallelism = 2}}));
    }
    return {};
  }

  void send(std::size_t number, std::initializer_list<std::string> values) {
    ASSERT_TRUE(append(partition("ENTRY", number), batch_of(values)));
  }

  /// The clock is moved by hand: every look moves it on a little.
  template <class Condition>
  bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      clock_.advance_ms(5);
      std::this_thread::yield();
    }
    return true;
  }
  int64_t count(const std::string& topic) const {
    const log::PartitionPtr found = partition(topic);
    return found ? found->high_watermark().value() : 0;
  }

  Environment environment_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<stream::Job> job_;
};

TEST_F(JobTest, from_topic_to_topic) {
  send(0, {"1,true,35.5", "2,false,20", "3,true,1e2"});
  send(1, {"4,false,30"});
  start(std::string(hot));
  ASSERT_TRUE(comes_true([&] { return count("HOT") == 3; }));
  EXPECT_THAT(read_all(partition("HOT")),
              UnorderedElementsAre(R"({"id":1,"temperatura":35.5})", R"({"id":3,"temperatura":100.0})",
                                   R"({"id":4,"temperatura":30.0})"));
}

TEST_F(JobTest, messages_nobody_can_read_are_kept_and_the_rest_goes_on) {
  start(std::string(hot));
  send(0, {"1,true,35", "hello", "2,true,40,50", "x,true,41"});
  send(1, {"3,true,36"});
  ASSERT_TRUE(comes_true([&] { return count("HOT") == 3 && count("ENTRY.dlq") == 3; }));
  EXPECT_THAT(read_all(partition("HOT")),
              UnorderedElementsAre(R"({"id":1,"temperatura":35.0})", R"({"id":null,"temperatura":41.0})",
                                   R"({"id":3,"temperatura":36.0})"));
  EXPECT_THAT(read_all(partition("ENTRY.dlq")), ElementsAre("hello", "2,true,40,50", "x,true,41"));
}

TEST_F(JobTest, a_kill_neither_loses_nor_doubles) {
  int64_t sent = 0;
  for (int round = 0; round < 5; ++round) {
    start(std::string(hot));
    for (int i = 0; i < 40; ++i, ++sent)
      send(static_cast<std::size_t>(i % 2), {fmt::format("{},true,99", sent), "broken"});
    // At some moment of the work, not at its end.
    const int64_t seen = count("HOT");
    ASSERT_TRUE(comes_true([&] { return count("HOT") > seen + round; }));
    files_.cut_power();
    job_.reset();
    log_.reset();
    files_.restart_process();
    open();
  }
  start(std::string(hot));
  ASSERT_TRUE(comes_true([&] { return count("HOT") >= sent && count("ENTRY.dlq") >= sent; }));
  std::vector<std::string> expected;
  for (int64_t i = 0; i < sent; ++i) expected.push_back(fmt::format(R"({{"id":{},"temperatura":99.0}})", i));
  EXPECT_THAT(read_all(partition("HOT")), testing::UnorderedElementsAreArray(expected));
  EXPECT_THAT(read_all(partition("ENTRY.dlq")), testing::SizeIs(sent));
}

TEST_F(JobTest, bounded_jobs_finish) {
  send(0, {"1,true,35"});
  send(1, {"2,true,36"});
  start("INSERT INTO HOT SELECT id, temperatura FROM ENTRY /*+ OPTIONS('scan.bounded.mode' = 'latest-offset') */;");
  ASSERT_TRUE(job_->wait());
  EXPECT_EQ(count("HOT"), 2);
}

TEST_F(JobTest, datagen_fills_a_topic) {
  start(
      R"(CREATE TABLE numbers (id INT, temperatura DOUBLE) WITH ('connector' = 'datagen', 'rows-per-second' = '100000',
             'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '5000');
           INSERT INTO HOT SELECT * FROM numbers;)");
  ASSERT_TRUE(comes_true([&] { return count("HOT") == 5000; }));
  ASSERT_TRUE(job_->wait());
}

TEST_F(JobTest, metadata_and_headers_pass_through) {
  kafka::BatchBuilder builder;
  const kafka::HeaderView header{"trace", "abc"};
  builder.add(1714521600123, "k", "1,true,35", {&header, 1});
  ASSERT_TRUE(append(partition("ENTRY", 1), builder.finish()));
  start(R"(CREATE TABLE READINGS (line STRING, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
             `partition` INT METADATA VIRTUAL, h MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL) WITH (
             'connector' = 'kafka', 'topic' = 'ENTRY', 'properties.bootstrap.servers' = 'localhost:9092',
             'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = 'raw');
           CREATE TABLE COPIES (line STRING, p INT, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
             h MAP<STRING, BYTES> METADATA FROM 'headers') WITH (
             'connector' = 'kafka', 'topic' = 'HOT', 'properties.bootstrap.servers' = 'localhost:9092',
             'format' = 'json');
           INSERT INTO COPIES SELECT line, `partition`, ts, h FROM READINGS;)");
  ASSERT_TRUE(job_->wait());
  EXPECT_THAT(read_all(partition("HOT")), ElementsAre(R"({"line":"1,true,35","p":1})"));
  const auto batches = partition("HOT")->read(log::Offset(0), 1000);
  kafka::RecordReader reader;
  ASSERT_TRUE(reader.open(*kafka::BatchView::parse(batches->front().bytes.view())));
  kafka::RecordView record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.timestamp, 1714521600123);
  EXPECT_EQ(record.header_count, 1);
}

TEST_F(JobTest, a_topic_stamped_on_arrival_moves_watermarks_without_records) {
  ASSERT_TRUE(create("READINGS", 2, {{"message.timestamp.type", "LogAppendTime"}}));
  ASSERT_TRUE(append(partition("READINGS", 1), batch_of({"7,true,50"})));
  start(R"(CREATE TABLE readings (id INT, humo BOOLEAN, temperatura DOUBLE,
             ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
             WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND) WITH (
             'connector' = 'kafka', 'topic' = 'READINGS', 'properties.bootstrap.servers' = 'localhost:9092',
             'scan.startup.mode' = 'earliest-offset', 'format' = 'csv');
           INSERT INTO HOT SELECT id, LAG(temperatura) OVER (PARTITION BY id ORDER BY ts) FROM readings;)");
  // Its only record cannot make itself leave, and the other partition has none: the log's clock does it.
  ASSERT_TRUE(comes_true([&] { return count("HOT") == 1; }));
  ASSERT_TRUE(append(partition("READINGS", 1), batch_of({"7,true,60"})));
  ASSERT_TRUE(comes_true([&] { return count("HOT") == 2; }));
  EXPECT_THAT(read_all(partition("HOT")),
              ElementsAre(R"({"id":7,"temperatura":null})", R"({"id":7,"temperatura":50.0})"));
}

/// Power goes at any moment, also while log and job start, and takes with it what was not synced.
class JobPowerTest : public JobTest, public testing::WithParamInterface<uint64_t> {
 protected:
  static constexpr std::string_view sums = R"(
CREATE TABLE readings (id INT, humo BOOLEAN, temperatura DOUBLE, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND) WITH (
  'connector' = 'kafka', 'topic' = 'READINGS', 'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'csv');
INSERT INTO HOT SELECT id, SUM(temperatura) OVER (PARTITION BY id ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
  FROM readings;)";

  void SetUp() override {
    options_.checkpoint_journal_bytes = 8 << 10;
    options_.journal_file_bytes = 1 << 16;
    JobTest::SetUp();
    ASSERT_TRUE(create("READINGS", 2, {{"message.timestamp.type", "LogAppendTime"}, {"segment.bytes", "4096"}}));
  }
  uint64_t pick(uint64_t first, uint64_t last) { return std::uniform_int_distribution(first, last)(random_); }

  /// Sends until the power is off; what is acknowledged is noted.
  void send_until_dark() {
    while (!files_.power_is_off()) {
      std::vector<std::string> values;
      const uint64_t number = pick(0, 1);
      for (uint64_t left = pick(1, 4); left > 0; --left)
        values.push_back(fmt::format("{},true,{}", 2 * pick(0, 3) + number, ++sent_));
      if (append(partition("READINGS", number), batch_of(values)))
        acknowledged_[number].insert(acknowledged_[number].end(), values.begin(), values.end());
      clock_.advance_ms(static_cast<int64_t>(pick(0, 20)));
    }
  }

  /// What the topic HOT must hold, of what READINGS holds.
  std::vector<std::string> expected() const {
    std::vector<std::string> rows;
    std::map<int, std::deque<int64_t>> last;
    for (const std::size_t number : {0, 1}) {
      for (const std::string& value : read_all(partition("READINGS", number))) {
        auto& three = last[std::stoi(value)];
        three.push_back(std::stoll(value.substr(value.rfind(',') + 1)));
        if (three.size() > 3) three.pop_front();
        const int64_t sum = std::accumulate(three.begin(), three.end(), int64_t{0});
        rows.push_back(fmt::format(R"({{"id":{},"temperatura":{}.0}})", std::stoi(value), sum));
      }
    }
    return rows;
  }

  std::mt19937_64 random_{GetParam()};
  int64_t sent_ = 0;
  std::array<std::vector<std::string>, 2> acknowledged_;
};

TEST_P(JobPowerTest, neither_loses_nor_doubles) {
  for (int round = 0; round < 12; ++round) {
    files_.cut_power_at(pick(1, round % 3 == 0 ? 12 : 150));
    const Status started = try_start(std::string(sums));
    ASSERT_TRUE(started || files_.power_is_off()) << started.error().to_text();
    send_until_dark();
    job_.reset();
    log_.reset();
    files_.restart();
    if (round % 2 == 0) files_.cut_power_at(pick(1, 12));
    open_at_last();
    files_.cut_power_at(0);
  }
  start(std::string(sums));
  const std::vector<std::string> rows = expected();
  ASSERT_GT(rows.size(), 20U) << "the power went too early for anything to be seen";
  ASSERT_TRUE(comes_true([&] { return count("HOT") >= static_cast<int64_t>(rows.size()); }));
  EXPECT_THAT(read_all(partition("HOT")), testing::UnorderedElementsAreArray(rows));
  for (const std::size_t number : {0, 1}) {
    const std::vector<std::string> held = read_all(partition("READINGS", number));
    // In their order; between them may stand what was written and could not be acknowledged any more.
    auto next = acknowledged_[number].begin();
    for (const std::string& value : held) next += next != acknowledged_[number].end() && value == *next ? 1 : 0;
    EXPECT_EQ(next, acknowledged_[number].end()) << "lost: " << *next;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, JobPowerTest, testing::Range(uint64_t{1}, uint64_t{51}));

}  // namespace
}  // namespace azud::connect
