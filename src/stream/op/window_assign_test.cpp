#include "stream/op/window_assign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/physical_state.h"
#include "stream/op/testing/operator_run.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::Value;
using sql::WindowSpec;
using ::testing::ElementsAre;
using testing::OperatorRun;

sql::NodePtr assign(WindowSpec spec, const DataType& moment = DataType::timestamp(3)) {
  auto node = std::make_shared<sql::WindowAssignNode>();
  node->id = "assign";
  node->inputs = {testing::input_of({{"k", DataType::string()}, {"ts", moment}})};
  spec.time_column = 1;
  spec.zoned = moment.kind() == data::TypeKind::timestamp_ltz;
  node->window = spec;
  node->output = {{"k", DataType::string()},
                  {"ts", moment},
                  {"window_start", DataType::timestamp(3)},
                  {"window_end", DataType::timestamp(3)},
                  {"window_time", moment}};
  return node;
}

std::vector<std::string> windows_of(WindowSpec spec, int64_t ms) {
  OperatorRun run(assign(spec), {});
  run.row({"a", ms * 1000}).end_epoch();
  std::vector<std::string> windows;
  // Behind the key and the time.
  for (const std::string& row : run.output()) windows.push_back(row.substr(row.find(", ", row.find(", ") + 2) + 2));
  return windows;
}

TEST(WindowAssign, tumble) {
  EXPECT_THAT(windows_of({.size_ms = 1000}, 1999),
              ElementsAre("1970-01-01T00:00:01, 1970-01-01T00:00:02, 1970-01-01T00:00:01.999]"));
  EXPECT_THAT(windows_of({.size_ms = 1000}, -1),
              ElementsAre("1969-12-31T23:59:59, 1970-01-01T00:00, 1969-12-31T23:59:59.999]"));
  EXPECT_THAT(windows_of({.size_ms = 1000, .offset_ms = -200}, 1800),
              ElementsAre("1970-01-01T00:00:01.800, 1970-01-01T00:00:02.800, 1970-01-01T00:00:02.799]"));
}

TEST(WindowAssign, hop_has_the_latest_window_first) {
  EXPECT_THAT(windows_of({.kind = WindowSpec::Kind::hop, .size_ms = 2000, .slide_ms = 1000}, 1000),
              ElementsAre("1970-01-01T00:00:01, 1970-01-01T00:00:03, 1970-01-01T00:00:02.999]",
                          "1970-01-01T00:00, 1970-01-01T00:00:02, 1970-01-01T00:00:01.999]"));
  EXPECT_THAT(windows_of({.kind = WindowSpec::Kind::hop, .size_ms = 2000, .slide_ms = 1000, .offset_ms = 500}, 0),
              ElementsAre("1969-12-31T23:59:59.500, 1970-01-01T00:00:01.500, 1970-01-01T00:00:01.499]",
                          "1969-12-31T23:59:58.500, 1970-01-01T00:00:00.500, 1970-01-01T00:00:00.499]"));
}

TEST(WindowAssign, cumulate_has_the_shortest_window_first) {
  EXPECT_THAT(windows_of({.kind = WindowSpec::Kind::cumulate, .size_ms = 3000, .slide_ms = 1000}, 1500),
              ElementsAre("1970-01-01T00:00, 1970-01-01T00:00:02, 1970-01-01T00:00:01.999]",
                          "1970-01-01T00:00, 1970-01-01T00:00:03, 1970-01-01T00:00:02.999]"));
}

TEST(WindowAssign, days_of_a_zone_have_23_to_25_hours) {
  constexpr int64_t hour_ms = 3'600'000;
  // 2024-03-31 00:30 and 23:30 in Madrid, which loses an hour in between.
  constexpr int64_t morning_ms = 1711841400000, evening_ms = morning_ms + 22 * hour_ms;
  OperatorRun run(assign({.size_ms = 24 * hour_ms}, DataType::timestamp_ltz(3)), {}, "Europe/Madrid");
  run.row({"a", morning_ms * 1000}).row({"b", evening_ms * 1000}).end_epoch();
  ASSERT_EQ(run.output().size(), 2);
  for (const std::string& row : run.output()) {
    EXPECT_THAT(row, ::testing::HasSubstr("2024-03-31T00:00, 2024-04-01T00:00,"));
    EXPECT_THAT(row, ::testing::HasSubstr(", 2024-03-31T21:59:59.999Z]"));
  }
}

TEST(WindowAssign, a_row_without_time_is_in_no_window) {
  OperatorRun run(assign({.size_ms = 1000}), {});
  run.row({"a", Value()}).row({"b", int64_t{0}}).end_epoch();
  EXPECT_EQ(run.output().size(), 1);
}

}  // namespace
}  // namespace azud::stream
