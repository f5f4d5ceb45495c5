#include "web/dashboard/dashboard.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "web/dashboard/dashboards.h"

namespace azud::web {
namespace {

constexpr std::string_view good = R"(uid: overview
title: Sensors
range: 30m
names: {humo: Smoke, movimiento: Movement}
variables:
  - {name: zone}
panels:
  - title: Messages in
    type: stat
    grid: {x: 0, y: 0, w: 6, h: 2}
    query: {source: rate, topics: ENTRY, sum: true}
    unit: msg/s
    stale_after: 15s
    also: [{field: log_bytes, label: log}]
  - title: Messages in
    type: timeseries
    grid: {x: 6, y: 0, w: 18, h: 4}
    query: {source: series, topic: COUNT_MINUTE, time: window_start, value: n, series: tipo, fill: 0, step: 1m}
    draw: bars
    thresholds: [{value: 10, severity: MAJOR, label: many}]
  - type: text
    grid: {x: 0, y: 4, w: 24, h: 2}
    text: hello
)";

Result<Dashboard> read(std::string text) {
  const auto node = config::Node::parse(text, "a.yaml");
  if (!node) return std::unexpected(node.error());
  return read_dashboard(*node);
}

TEST(Dashboard, becomes_what_the_page_gets) {
  const auto dashboard = read(std::string(good));
  ASSERT_TRUE(dashboard) << dashboard.error().to_text();
  const Json& json = dashboard->json;
  EXPECT_EQ(json["range"], "30m");
  EXPECT_EQ(json["time_zone"], "utc");
  EXPECT_EQ(to_text(json["names"]), R"({"humo":"Smoke","movimiento":"Movement"})");  // in the file's order
  EXPECT_EQ(to_text(json["variables"]), R"([{"name":"zone","label":"zone","options":[]}])");
  ASSERT_EQ(json["panels"].size(), 3U);
  EXPECT_EQ(json["panels"][0]["id"], "messages-in");
  EXPECT_EQ(json["panels"][0]["stale_after_ms"], 15'000);
  EXPECT_EQ(to_text(json["panels"][0]["query"]), R"({"source":"rate","topics":["ENTRY"],"sum":true})");
  EXPECT_EQ(json["panels"][1]["id"], "messages-in-2");
  EXPECT_EQ(json["panels"][1]["query"]["step"], 60'000);
  EXPECT_EQ(json["panels"][2]["id"], "text");
  EXPECT_TRUE(dashboard->queries.contains("messages-in-2"));
  EXPECT_FALSE(dashboard->queries.contains("text"));
}

struct Wrong {
  std::string find, replace, place, message;
};

TEST(Dashboard, mistakes_are_told_with_their_place) {
  const Wrong cases[] = {
      {"uid: overview", "uid: over view", "a.yaml:1:6", "uid has letters"},
      {"title: Sensors", "titel: Sensors", "a.yaml:2", "titel"},
      {"range: 30m", "range: soon", "a.yaml:3", "range is a whole number"},
      {"type: stat", "type: gauge", "a.yaml:9:11", "unknown panel type \"gauge\""},
      {"w: 6", "w: 25", "a.yaml:10", "24"},
      {"x: 6", "x: 7", "a.yaml:17:11", "x + w is too large"},
      {"source: rate", "source: rates", "a.yaml:11", "unknown source \"rates\""},
      {"sum: true", "sum: maybe", "a.yaml:11", "maybe"},
      {"unit: msg/s", "units: msg/s", "a.yaml:12", "a panel of type stat has no units"},
      {"draw: bars", "draw: pies", "a.yaml:19:11", "unknown draw \"pies\""},
      {"severity: MAJOR", "severity: BAD", "a.yaml:20:40", "unknown severity"},
      {"label: log", "lable: log", "a.yaml:14", "unknown name \"lable\""},
      {"text: hello", "text: hello\n    query: {source: status}", "a.yaml:24:12", "takes no query"},
      {"  - type: text\n", "  - type: map\n    query: {source: status}\n", "a.yaml:22:12", "cannot show status"},
  };
  for (const auto& [find, replace, place, message] : cases) {
    std::string text(good);
    text.replace(text.find(find), find.size(), replace);
    const auto dashboard = read(text);
    ASSERT_FALSE(dashboard) << replace;
    const std::string told = dashboard.error().to_text();
    EXPECT_TRUE(told.starts_with(place)) << replace << ": " << told;
    EXPECT_NE(told.find(message), std::string::npos) << told;
  }
}

TEST(Dashboard, those_of_the_systems_are_good) {
  int found = 0;
  for (const auto& system : std::filesystem::directory_iterator(AZUD_SOURCE_DIR "/systems")) {
    const auto folder = system.path() / "dashboards";
    if (!std::filesystem::is_directory(folder)) continue;
    Dashboards dashboards(folder);
    dashboards.refresh();
    const Status good_files = dashboards.check();
    EXPECT_TRUE(good_files) << good_files.error().to_text();
    found += static_cast<int>(dashboards.list().size());
  }
  EXPECT_GT(found, 0);
}

class DashboardsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("azud-dashboards-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name) << text;
    // Two writes within one tick of the file system's clock differ in size here.
  }
  std::filesystem::path folder_;
};

TEST_F(DashboardsTest, a_file_with_a_mistake_keeps_its_last_good_version) {
  Dashboards dashboards(folder_);
  write("a.yaml", good);
  write("notes.txt", "not a dashboard");
  dashboards.refresh();
  ASSERT_EQ(dashboards.list().size(), 1U);
  EXPECT_TRUE(dashboards.check());
  EXPECT_EQ(dashboards.find("overview")->title, "Sensors");

  write("a.yaml", std::string(good) + "  - type: nonsense\n");
  dashboards.refresh();
  EXPECT_EQ(dashboards.find("overview")->title, "Sensors");
  ASSERT_FALSE(dashboards.check());
  EXPECT_TRUE(dashboards.list()[0].error->message().starts_with((folder_ / "a.yaml").string() + ":24"));

  write("b.yaml", good);
  dashboards.refresh();
  EXPECT_EQ(dashboards.list()[1].dashboard, nullptr);
  EXPECT_NE(dashboards.list()[1].error->message().find("taken by a.yaml"), std::string::npos);

  std::filesystem::remove(folder_ / "a.yaml");
  std::filesystem::remove(folder_ / "b.yaml");
  dashboards.refresh();
  EXPECT_TRUE(dashboards.list().empty());
}

}  // namespace
}  // namespace azud::web
