#include "web/feed/series_store.h"

#include <gtest/gtest.h>

#include "web/feed/row_set.h"

namespace azud::web {
namespace {

std::string changes(SeriesStore& store) {
  std::string out;
  store.take_changes(out);
  return out;
}

std::string snapshot(const SeriesStore& store, TimeRange range, int width = 1000) {
  std::string out;
  store.write_snapshot({.range = range, .width = width, .now = 1'000'000}, "raw", out);
  return "{" + out + "}";
}

TEST(SeriesStore, tells_new_late_and_corrected_points_once) {
  SeriesStore store;
  store.put("a", 10, 1);
  store.put("a", 30, 3);
  EXPECT_EQ(changes(store), R"("points":[{"name":"a","t":[10,30],"v":[1,3]}])");
  store.put("a", 20, 2.5);
  store.put("a", 10, 7);
  store.put("b", 5, std::nullopt);
  EXPECT_EQ(changes(store), R"("points":[{"name":"a","t":[10,20],"v":[7,2.5]},{"name":"b","t":[5],"v":[null]}])");
  store.put("a", 10, 7);
  EXPECT_EQ(changes(store), "");
  EXPECT_EQ(
      snapshot(store, {.last_ms = 2'000'000}),
      R"({"kind":"series","tier":"raw","series":[{"name":"a","t":[10,20,30],"v":[7,2.5,3]},{"name":"b","t":[5],"v":[null]}]})");
  EXPECT_EQ(snapshot(store, {.last_ms = std::nullopt, .from = 15, .to = 20}),
            R"({"kind":"series","tier":"raw","series":[{"name":"a","t":[20],"v":[2.5]},{"name":"b","t":[],"v":[]}]})");
}

TEST(SeriesStore, forgets_and_says_so) {
  SeriesStore store;
  store.put("a", 10, 1);
  store.put("a", 20, 2);
  changes(store);
  store.clear();
  store.put("a", 20, 3);
  EXPECT_EQ(changes(store), R"("removed":[{"name":"a","t":[10,20]}],"points":[{"name":"a","t":[20],"v":[3]}])");
  EXPECT_EQ(store.size(), 1U);
}

TEST(SeriesStore, a_snapshot_is_no_wider_than_asked_and_keeps_the_peaks) {
  SeriesStore store;
  for (int i = 0; i < 10'000; ++i) store.put("a", i, i == 5'003 ? 99 : i == 7'001 ? -99 : 1);
  const Json json = Json::parse(snapshot(store, {.last_ms = 2'000'000}, 300));
  const Json& values = json["series"][0]["v"];
  EXPECT_LT(values.size(), 400U);
  EXPECT_EQ(std::count(values.begin(), values.end(), Json(99)), 1);
  EXPECT_EQ(std::count(values.begin(), values.end(), Json(-99)), 1);
  EXPECT_TRUE(std::is_sorted(json["series"][0]["t"].begin(), json["series"][0]["t"].end()));
  EXPECT_EQ(json["series"][0]["t"].back(), 9'999);
}

TEST(SeriesStore, drops_the_oldest_past_its_limit) {
  SeriesStore store(100);
  for (int i = 0; i < 250; ++i) store.put(i % 2 == 0 ? "even" : "odd", i, i);
  EXPECT_LE(store.size(), 100U);
  EXPECT_TRUE(store.value("odd", 249));
  EXPECT_FALSE(store.value("even", 0));
}

TEST(RowSet, tells_only_what_changed) {
  RowSet rows({"id", "n"}, "id");
  std::string delta;
  rows.replace({{"a", 1}, {"b", 2}}, 2, delta);
  EXPECT_EQ(delta, R"("upsert":[["a",1],["b",2]],"removed":[],"total":2)");
  delta.clear();
  rows.replace({{"b", 2}, {"a", 1}}, 2, delta);
  EXPECT_EQ(delta, "");
  rows.replace({{"b", 3}, {"c", 4}}, 9, delta);
  EXPECT_EQ(delta, R"("upsert":[["b",3],["c",4]],"removed":["a"],"total":9)");
  std::string snapshot;
  rows.write_snapshot(snapshot);
  EXPECT_EQ(snapshot, R"("kind":"rows","columns":["id","n"],"key":0,"rows":[["b",3],["c",4]],"total":9)");
}

}  // namespace
}  // namespace azud::web
