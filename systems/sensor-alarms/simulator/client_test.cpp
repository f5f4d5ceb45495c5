#include "systems/sensor-alarms/simulator/client.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "systems/sensor-alarms/simulator/client_generator.h"
#include "systems/sensor-alarms/simulator/towns.h"

namespace azud::sensor_alarms {
namespace {

TEST(Client, DependsOnSeedAndIdAlone) {
  std::string first;
  append_client_csv(make_client(3, 42959), first);
  for (int32_t id = 1; id < 10; ++id) make_client(3, id);
  std::string again;
  append_client_csv(make_client(3, 42959), again);
  EXPECT_EQ(first, again);
  std::string other_seed;
  append_client_csv(make_client(4, 42959), other_seed);
  EXPECT_NE(first, other_seed);
}

TEST(Client, HasTwentyOneColumnsWithoutQuotes) {
  for (int32_t id = 1; id <= 2000; ++id) {
    std::string line;
    append_client_csv(make_client(3, id), line);
    ASSERT_EQ(std::ranges::count(line, ','), 20) << line;
    ASSERT_EQ(line.find_first_of("\"\n\\"), std::string::npos) << line;
  }
  const std::string_view header = client_csv_header();
  EXPECT_EQ(std::ranges::count(header, ','), 20);
}

TEST(Client, LivesWhereTheSharesSay) {
  std::map<std::string_view, int> zones;
  constexpr int count = 20'000;
  for (int32_t id = 1; id <= count; ++id) ++zones[make_client(3, id).zone];
  int32_t sum = 0;
  for (const TownGroup& group : town_groups()) {
    sum += group.weight;
    const double share = 100.0 * zones[group.zone] / count;
    EXPECT_NEAR(share, group.weight, 1.2) << group.zone;
  }
  EXPECT_EQ(sum, 100);
  EXPECT_LT(zones["Other"], count / 1000);
}

TEST(Client, TenFilesWithHeaderHoldAllIds) {
  simulate::ParameterValues values(client_parameters());
  ASSERT_TRUE(values.set("count", "25").has_value());
  std::vector<std::string> names;
  std::vector<std::string> ids;
  const auto written = write_client_files(values, [&](std::string_view name, std::string_view content) -> Status {
    names.emplace_back(name);
    EXPECT_TRUE(content.starts_with(client_csv_header()));
    content.remove_prefix(client_csv_header().size() + 1);
    while (!content.empty()) {
      ids.emplace_back(content.substr(0, content.find(',')));
      content.remove_prefix(content.find('\n') + 1);
    }
    return {};
  });
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(names.size(), 10U);
  EXPECT_EQ(names.front(), "clients-0.csv");
  ASSERT_EQ(ids.size(), 25U);
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], std::to_string(i + 1));
}

TEST(Client, RecordsAreKeyedById) {
  simulate::ParameterValues values(client_parameters());
  ASSERT_TRUE(values.set("count", "2").has_value());
  const auto source = make_client_source(values);
  ASSERT_TRUE(source.has_value());
  simulate::Event event;
  ASSERT_TRUE((*source)->next(event));
  EXPECT_EQ(event.key, "1");
  EXPECT_EQ(event.nominal_ms, 1000);
  EXPECT_TRUE(event.value.starts_with(R"({"id":1,"name":")")) << event.value;
  EXPECT_TRUE(event.value.ends_with("\"}"));
  ASSERT_TRUE((*source)->next(event));
  EXPECT_FALSE((*source)->next(event));
}

}  // namespace
}  // namespace azud::sensor_alarms
