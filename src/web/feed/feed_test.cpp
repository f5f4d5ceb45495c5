#include <gtest/gtest.h>

#include "log/log_fixture.h"
#include "web/feed/entities_feed.h"
#include "web/feed/feed_factory.h"
#include "web/testing/fake_alarms.h"
#include "web/topic/topic_tail.h"

namespace azud::web {
namespace {

/// A key or a value; null by default.
using Text = std::optional<std::string>;

class FeedTest : public log::LogFixture {
 protected:
  void SetUp() override { open(); }

  void write(const std::string& topic, const std::vector<std::pair<Text, Text>>& records, std::size_t number = 0) {
    kafka::BatchBuilder builder;
    for (const auto& [key, value] : records) {
      builder.add(clock_.wall_ms(), key ? std::optional<ByteView>(*key) : std::nullopt,
                  value ? std::optional<ByteView>(*value) : std::nullopt);
    }
    ASSERT_TRUE(append(partition(topic, number), builder.finish()));
  }

  std::unique_ptr<Feed> make(std::string_view query, TimeRange range = {.last_ms = 3'600'000}) {
    const auto checked = check_query(Json::parse(query));
    EXPECT_TRUE(checked) << checked.error().to_text();
    auto feed = make_feed(
        *checked, range, {.log = *log_, .meter = meter(), .status = [] { return Json::object(); }, .alarms = &alarms_});
    EXPECT_TRUE(feed) << feed.error().to_text();
    return *std::move(feed);
  }
  TopicMeter& meter() {
    if (!meter_) meter_.emplace(*log_);
    return *meter_;
  }
  std::string advance(Feed& feed) {
    std::string delta;
    const Status done = feed.advance(clock_.wall_ms(), delta);
    EXPECT_TRUE(done) << done.error().to_text();
    return delta;
  }
  Json snapshot(const Feed& feed) {
    std::string out;
    feed.write_snapshot({.range = {.last_ms = 3'600'000}, .now = clock_.wall_ms()}, out);
    return Json::parse("{" + out + "}");
  }

  FakeAlarms alarms_;
  std::optional<TopicMeter> meter_;
};

TEST_F(FeedTest, series_come_from_columns_and_are_corrected) {
  ASSERT_TRUE(create("COUNT_MINUTE", 2));
  const auto feed =
      make(R"({"source":"series","topic":"COUNT_MINUTE","time":"window_start","series":"tipo","value":"n"})");
  write("COUNT_MINUTE", {{{}, R"({"tipo":"humo","window_start":"2023-11-14 22:00:00","n":3})"}, {{}, "broken"}});
  write("COUNT_MINUTE", {{{}, R"({"tipo":"humo","window_start":"2023-11-14 22:01:00","n":4})"}}, 1);
  advance(*feed);
  ASSERT_TRUE(feed->ready());
  EXPECT_EQ(to_text(snapshot(*feed)["series"]), R"([{"name":"humo","t":[1699999200000,1699999260000],"v":[3,4]}])");
  EXPECT_EQ(feed->last_data(), clock_.wall_ms());
  EXPECT_EQ(advance(*feed), "");
  write("COUNT_MINUTE", {{{}, R"({"tipo":"humo","window_start":"2023-11-14 22:00:00","n":5})"}});
  EXPECT_EQ(advance(*feed), R"("points":[{"name":"humo","t":[1699999200000],"v":[5]}])");
}

TEST_F(FeedTest, series_fill_steps_without_a_record) {
  ASSERT_TRUE(create("T"));
  const auto feed = make(R"({"source":"series","topic":"T","time":"t","value":"n","fill":0,"step":1000})");
  const TimestampMs now = clock_.wall_ms();  // a full second
  write("T",
        {{{}, fmt::format(R"({{"t":{},"n":7}})", now - 5000)}, {{}, fmt::format(R"({{"t":{},"n":8}})", now - 3000)}});
  advance(*feed);
  const Json series = snapshot(*feed)["series"];
  EXPECT_EQ(to_text(series[0]["v"]), "[7,0,8]");
  EXPECT_EQ(series[0]["name"], "n");
  clock_.advance_ms(2000);
  EXPECT_EQ(advance(*feed), fmt::format(R"("points":[{{"name":"n","t":[{},{}],"v":[0,0]}}])", now - 2000, now - 1000));
}

TEST_F(FeedTest, a_topic_that_comes_later_is_waited_for) {
  const auto feed = make(R"({"source":"messages","topic":"LATER","limit":3})");
  advance(*feed);
  EXPECT_EQ(feed->waiting_for(), "topic LATER does not exist yet");
  ASSERT_TRUE(create("LATER"));
  write("LATER", {{"k", "a"}});
  const Json delta = Json::parse("{" + advance(*feed) + "}");
  EXPECT_EQ(delta["append"][0]["value"]["data"], "a");
  EXPECT_EQ(feed->waiting_for(), "");
}

TEST_F(FeedTest, messages_show_the_last_and_count_the_others) {
  ASSERT_TRUE(create("T", 2));
  for (int i = 0; i < 5; ++i) write("T", {{"k", std::to_string(i)}}, static_cast<std::size_t>(i % 2));
  const auto feed = make(R"({"source":"messages","topic":"T","limit":3})");
  advance(*feed);
  EXPECT_EQ(snapshot(*feed)["records"].size(), 3U);
  std::vector<std::pair<Text, Text>> many(40, {"k", "x"});
  many.back().second = "last";
  clock_.advance_ms(1);
  write("T", many);
  const Json delta = Json::parse("{" + advance(*feed) + "}");
  EXPECT_EQ(delta["append"].size(), 3U);
  EXPECT_EQ(delta["append"][2]["value"]["data"], "last");
  EXPECT_EQ(delta["skipped"], 37);
  EXPECT_EQ(snapshot(*feed)["records"][2]["value"]["data"], "last");

  const auto other = make(R"({"source":"messages","topic":"T","partition":2})");
  std::string out;
  EXPECT_EQ(other->advance(0, out).error().code(), Code::not_found);
}

constexpr std::string_view entities_query =
    R"({"source":"entities","topic":"C","id":"id","geohash":"g","zone":"z","label":"{name}","alarms":true})";

TEST_F(FeedTest, entities_are_the_newest_rows_with_their_alarms) {
  ASSERT_TRUE(create("C", 2, {{"cleanup.policy", "compact"}}));
  write("C", {{"1", R"({"id":1,"g":"ezs42","z":"UK","name":"Ana"})"}, {"2", R"({"id":2,"g":"gcpvj0d","z":"North"})"}});
  write("C", {{"3", R"({"id":3,"z":"UK"})"}}, 1);
  const std::string a = alarms_.raise("2", "smoke", 5, AlarmSeverity::critical);
  alarms_.raise("99", "smoke", 6);  // of no entity here
  const auto feed = make(entities_query);
  advance(*feed);
  ASSERT_TRUE(feed->ready());
  const Json first = snapshot(*feed);
  EXPECT_EQ(to_text(first["ids"]), R"(["1","2","3"])");
  EXPECT_EQ(first["geohash_chars"], 7);
  EXPECT_EQ(first["geohash"], "ezs42  gcpvj0d       ");
  EXPECT_EQ(to_text(first["zone"]), "[0,1,0]");
  EXPECT_EQ(to_text(first["alarms"]), R"([[1,0,"CRITICAL",0,5]])");

  alarms_.clear(a, 7);
  alarms_.raise("1", "heat", 8);
  write("C", {{"1", R"({"id":1,"g":"gcpvj0d","z":"UK"})"},
              {"4", R"({"id":4,"g":"u09tvw2","z":"Oceania"})"},
              {"3", std::nullopt}});
  EXPECT_EQ(
      advance(*feed),
      R"("zones":["Oceania"],"types":["heat"],"append":{"ids":["4"],"geohash":"u09tvw2","zone":[2]},)"
      R"("move":{"index":[0],"geohash":"gcpvj0d","zone":[0]},"removed":[2],"alarms":[[0,1,"MAJOR",0,8]],"cleared":[[1,0]])");
  EXPECT_EQ(advance(*feed), "");
  EXPECT_EQ(to_text(snapshot(*feed)["removed"]), "[2]");
}

TEST_F(FeedTest, an_entity_that_comes_after_its_alarm_is_in_alarm) {
  ASSERT_TRUE(create("C"));
  alarms_.raise("7", "smoke", 5);
  const auto feed = make(entities_query);
  EXPECT_EQ(advance(*feed), R"("types":["smoke"])");
  write("C", {{"7", R"({"id":"7","g":"ezs42"})"}});
  EXPECT_EQ(advance(*feed),
            R"("append":{"ids":["7"],"geohash":"ezs42       ","zone":[null]},"alarms":[[0,0,"MAJOR",0,5]])");
}

TEST_F(FeedTest, details_of_entities_are_read_from_the_log) {
  ASSERT_TRUE(create("C"));
  write("C", {{"1", R"({"id":1,"g":"ezs42","z":"UK","name":"Ana","phone":"000"})"},
              {"2", R"({"id":2,"g":"ezs42","z":"UK","name":"Bo"})"}});
  alarms_.raise("2", "smoke", 5);
  const auto feed = make(entities_query);
  advance(*feed);
  const Json found = dynamic_cast<EntitiesFeed&>(*feed).details({"2", "9", "1"});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]["label"], "Bo");
  EXPECT_EQ(found[0]["alarms"][0]["type"], "smoke");
  EXPECT_EQ(found[1]["columns"]["phone"], "000");
  EXPECT_NEAR(found[1]["lat"].get<double>(), 42.605, 0.001);
}

TEST_F(FeedTest, alarms_come_and_go_by_filter) {
  const std::string a = alarms_.raise("1", "smoke", 5);
  alarms_.raise("2", "heat", 6, AlarmSeverity::critical, "North");
  const auto active = make(R"({"source":"alarms"})");
  const auto north = make(R"({"source":"alarms","zone":"North","severity":"critical"})");
  advance(*active);
  advance(*north);
  EXPECT_EQ(snapshot(*active)["total"], 2);
  EXPECT_EQ(snapshot(*active)["rows"][0][1], "2");  // newest first
  EXPECT_EQ(snapshot(*north)["total"], 1);
  alarms_.clear(a, 9);
  EXPECT_EQ(advance(*active), R"("upsert":[],"removed":["a1"],"total":1)");
  EXPECT_EQ(advance(*active), "");
}

TEST_F(FeedTest, alarms_per_step_follow_late_ones) {
  const auto feed = make(R"({"source":"alarm_rate"})");
  const TimestampMs minute = clock_.wall_ms() / 60'000 * 60'000;
  alarms_.raise("1", "smoke", minute);
  EXPECT_NE(advance(*feed).find(std::to_string(minute)), std::string::npos);
  alarms_.raise("2", "smoke", minute - 120'000);
  EXPECT_EQ(advance(*feed), fmt::format(R"("points":[{{"name":"smoke","t":[{}],"v":[1]}}])", minute - 120'000));
}

TEST_F(FeedTest, rates_are_sampled_by_topic_and_summed) {
  ASSERT_TRUE(create("A", 2));
  ASSERT_TRUE(create("B"));
  meter().sample(clock_.wall_ms());
  write("A", {{{}, "1"}, {{}, "2"}});
  write("A", {{{}, "3"}}, 1);
  clock_.advance_ms(1000);
  const TimestampMs second = clock_.wall_ms() / 1000 * 1000 - 1000;
  meter().sample(clock_.wall_ms());
  const auto both = make(R"({"source":"rate","topics":["A","B"]})");
  const auto sum = make(R"({"source":"rate","topics":["A","B"],"sum":true})");
  EXPECT_EQ(advance(*both),
            fmt::format(R"("points":[{{"name":"A","t":[{0}],"v":[3]}},{{"name":"B","t":[{0}],"v":[0]}}])", second));
  EXPECT_EQ(advance(*sum), fmt::format(R"("points":[{{"name":"all","t":[{0}],"v":[3]}}])", second));
  const auto facts = meter().topic("A");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->records, 3);
  EXPECT_EQ(facts->records_per_second, 3);
  EXPECT_EQ(facts->last_timestamp, clock_.wall_ms() - 1000);
}

TEST_F(FeedTest, the_last_records_of_a_compacted_partition_are_found_behind_holes) {
  ASSERT_TRUE(create("T"));
  for (int i = 0; i < 30; ++i) write("T", {{"k", std::to_string(i)}});
  std::string values;
  ASSERT_TRUE(visit_last(*partition("T"), -1, 3, [&](log::PartitionId, const kafka::RecordView& record) {
    values += fmt::format("{} ", *record.value);
  }));
  EXPECT_EQ(values, "27 28 29 ");
  values.clear();
  ASSERT_TRUE(visit_last(*partition("T"), 2, 3, [&](log::PartitionId, const kafka::RecordView& record) {
    values += fmt::format("{} ", *record.value);
  }));
  EXPECT_EQ(values, "0 1 ");
}

TEST_F(FeedTest, a_topic_made_anew_starts_again) {
  ASSERT_TRUE(create("C"));
  write("C", {{"1", R"({"id":1,"g":"ezs42"})"}});
  const auto feed = make(entities_query);
  advance(*feed);
  ASSERT_TRUE(delete_topic("C"));
  ASSERT_TRUE(create("C"));
  write("C", {{"2", R"({"id":2,"g":"ezs42"})"}});
  advance(*feed);
  EXPECT_EQ(to_text(snapshot(*feed)["removed"]), "[0]");
  EXPECT_EQ(to_text(snapshot(*feed)["ids"]), R"(["1","2"])");
}

TEST_F(FeedTest, what_a_server_does_not_have_is_said) {
  const auto query = check_query(Json::parse(R"({"source":"jobs"})"));
  const auto feed = make_feed(*query, {}, {.log = *log_, .meter = meter(), .status = {}});
  EXPECT_EQ(feed.error().code(), Code::unsupported);
}

}  // namespace
}  // namespace azud::web
