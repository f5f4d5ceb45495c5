#include "connect/datagen/datagen_source.h"

#include <gmock/gmock.h>

#include "connect/test_tables.h"

namespace azud::connect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

using Map = std::map<std::string, std::string>;

class DatagenTest : public testing::Test {
 protected:
  static sql::TableDefinition table(std::string_view columns, Map more) {
    more["connector"] = "datagen";
    return test_table(columns, std::move(more));
  }
  std::unique_ptr<stream::Source> source_of(const sql::TableDefinition& table, std::vector<std::string> columns = {},
                                            std::map<std::string, std::string> positions = {}) {
    auto opened = open_datagen_source({test_scan(table, std::move(columns)), std::move(positions)}, clock_, 7);
    EXPECT_TRUE(opened) << opened.error().to_text();
    return *std::move(opened);
  }
  std::vector<std::string> all_rows(std::string_view columns, Map more, std::vector<std::string> names = {}) {
    const auto source = source_of(table(columns, std::move(more)), std::move(names));
    clock_.advance_ms(10'000);
    return read_rows(*source).rows;
  }
  std::string problem(std::string_view columns, Map more) {
    const Status done = check_datagen(table(columns, std::move(more)));
    return done ? "none" : done.error().to_text();
  }

  io::ManualClock clock_{1'714'521'600'000};
};

TEST_F(DatagenTest, sequences_end_the_source) {
  const Map options = {{"fields.a.kind", "sequence"}, {"fields.a.start", "8"}, {"fields.a.end", "10"},
                       {"fields.b.kind", "sequence"}, {"fields.b.start", "1"}, {"fields.b.end", "100"},
                       {"fields.c.kind", "sequence"}, {"fields.c.start", "1"}, {"fields.c.end", "100"},
                       {"fields.d.kind", "sequence"}, {"fields.d.start", "1"}, {"fields.d.end", "100"}};
  EXPECT_THAT(all_rows("ROW<a STRING, b DOUBLE, c BIGINT, d DECIMAL(5, 2)>", options),
              ElementsAre("+I[8, 1.0, 1, 1.00]", "+I[9, 2.0, 2, 2.00]", "+I[10, 3.0, 3, 3.00]"));
}

TEST_F(DatagenTest, every_type_has_a_generator) {
  const std::vector<std::string> rows = all_rows(
      "ROW<a TINYINT, b SMALLINT, c BIGINT, d FLOAT, e DOUBLE, f DECIMAL(5, 2), g DATE, h TIME(0), i TIMESTAMP(3), "
      "j TIMESTAMP_LTZ(3), k BYTES, l VARCHAR(5), m CHAR(4), n ARRAY<INT>, o MAP<STRING, INT>, p ROW<x INT, y STRING>, "
      "q STRING, r MULTISET<INT>, s BINARY(3), t BOOLEAN>",
      {{"number-of-rows", "2"},
       {"fields.k.length", "2"},
       {"fields.o.length", "1"},
       {"fields.o.key.length", "2"},
       {"fields.p.y.length", "3"},
       {"fields.q.length", "4"},
       {"fields.r.length", "1"}});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], MatchesRegex("\\+I\\[-?[0-9]+, -?[0-9]+, -?[0-9]+, [0-9.E]+, [0-9.E]+, [0-9]+\\.[0-9][0-9], "
                                    "2024-05-01, 00:00(:10)?, 2024-05-01T00:00(:10)?, 2024-05-01T00:00:10Z, "
                                    "\\[-?[0-9]+, -?[0-9]+\\], [0-9a-f]{5}, [0-9a-f]{4}, "
                                    "\\[-?[0-9]+, -?[0-9]+, -?[0-9]+\\], \\{[0-9a-f]{2}=-?[0-9]+\\}, "
                                    "\\+I\\[-?[0-9]+, [0-9a-f]{3}\\], [0-9a-f]{4}, \\{-?[0-9]+=[0-9]\\}, "
                                    "\\[-?[0-9]+, -?[0-9]+, -?[0-9]+\\], (true|false)\\]"));
  EXPECT_NE(rows[0], rows[1]);
}

TEST_F(DatagenTest, a_value_depends_on_row_and_column_only) {
  const Map options = {{"number-of-rows", "100"}};
  const std::vector<std::string> alone = all_rows("ROW<a INT, b BIGINT>", options, {"b"});
  const std::vector<std::string> both = all_rows("ROW<a INT, b BIGINT>", options);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_TRUE(both[i].ends_with(alone[i].substr(3))) << both[i] << alone[i];
  const auto resumed = source_of(table("ROW<a INT, b BIGINT>", options), {}, {{"t-0", "60"}});
  clock_.advance_ms(1000);
  EXPECT_EQ(read_rows(*resumed).rows, std::vector<std::string>(both.begin() + 60, both.end()));
}

TEST_F(DatagenTest, ranges_lengths_and_nulls_are_kept) {
  int nulls = 0;
  std::size_t shortest = 99, longest = 0;
  for (const std::string& row : all_rows("ROW<a INT, b STRING, c DECIMAL(4, 1)>", {{"number-of-rows", "2000"},
                                                                                   {"fields.a.min", "5"},
                                                                                   {"fields.a.max", "6"},
                                                                                   {"fields.a.null-rate", "0.5"},
                                                                                   {"fields.b.length", "7"},
                                                                                   {"fields.b.var-len", "true"},
                                                                                   {"fields.c.min", "1"},
                                                                                   {"fields.c.max", "2"}})) {
    EXPECT_THAT(row, MatchesRegex("\\+I\\[(5|6|null), [0-9a-f]+, (1\\.[0-9]|2\\.0)\\]"));
    nulls += row.starts_with("+I[null") ? 1 : 0;
    const std::size_t from = row.find(", ") + 2;
    shortest = std::min(shortest, row.find(',', from) - from);
    longest = std::max(longest, row.find(',', from) - from);
  }
  EXPECT_GT(nulls, 900);
  EXPECT_LT(nulls, 1100);
  EXPECT_EQ(shortest, 1U);
  EXPECT_EQ(longest, 7U);
}

TEST_F(DatagenTest, keeps_its_rate) {
  const auto source = source_of(table("ROW<a INT>", {{"rows-per-second", "100"}}));
  const auto rows_now = [&] { return read_rows(*source).rows.size(); };
  EXPECT_EQ(rows_now(), 1U);
  EXPECT_EQ(rows_now(), 0U);
  EXPECT_EQ(source->poll(1000)->again_after_us, 10'000);
  clock_.advance_ms(1000);
  EXPECT_EQ(rows_now(), 100U);
  clock_.advance_ms(5);
  EXPECT_EQ(rows_now(), 0U);
  bool woken = false;
  source->notify([&] { woken = true; });
  EXPECT_FALSE(woken);
  clock_.advance_ms(5);
  source->notify([&] { woken = true; });
  EXPECT_TRUE(woken);
  EXPECT_EQ(source->position(0), "101");
}

TEST_F(DatagenTest, complaints_are_flinks) {
  EXPECT_THAT(problem("ROW<a INT>", {{"foo", "1"}}),
              HasSubstr("Supported options: connector, fields.a.kind, fields.a.max, fields.a.min, fields.a.null-rate, "
                        "number-of-rows"));
  EXPECT_THAT(problem("ROW<a INT>", {{"fields.b.kind", "random"}}), HasSubstr("Unsupported options: fields.b.kind"));
  EXPECT_THAT(problem("ROW<a INT>", {{"fields.a.kind", "foo"}}), HasSubstr("Unsupported generator kind: foo"));
  EXPECT_THAT(problem("ROW<a INT>", {{"fields.a.kind", "sequence"}}),
              HasSubstr("Could not find required property 'fields.a.start' for sequence generator"));
  EXPECT_THAT(problem("ROW<a INT>", {{"fields.a.min", "9"}, {"fields.a.max", "3"}}), HasSubstr("must not be above"));
  EXPECT_THAT(problem("ROW<a TINYINT>", {{"fields.a.max", "300"}}), HasSubstr("must fit the type"));
  EXPECT_THAT(problem("ROW<l VARCHAR(5)>", {{"fields.l.length", "7"}}), HasSubstr("should be shorter than '5'"));
  EXPECT_THAT(problem("ROW<l CHAR(5)>", {{"fields.l.length", "7"}}), HasSubstr("fixed-length type (CHAR/BINARY)"));
  EXPECT_THAT(problem("ROW<a INT>", {{"rows-per-second", "0"}}), HasSubstr("must be greater than 0"));
}

}  // namespace
}  // namespace azud::connect
