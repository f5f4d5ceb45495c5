#include "gateway/query.h"

#include <gtest/gtest.h>

namespace azud::gateway {
namespace {

const sql::Schema schema = {{"text", data::DataType::string()}};

/// `rows` rows of a kilobyte each.
data::Batch kilobytes(std::size_t rows) {
  return {.rows = rows,
          .columns = {data::Column::constant(data::DataType::string(), data::Value(std::string(1024, 'k')), rows)}};
}

std::size_t rows_of(const Query::Page& page) {
  std::size_t rows = 0;
  for (const data::Batch& batch : page.rows) rows += batch.rows;
  return rows;
}

TEST(Query, gives_what_came_in_pages_and_a_page_twice) {
  const auto memory = std::make_shared<io::HeldMemory>(64 << 20, "the test");
  const auto query = std::make_shared<Query>(schema);
  query->count_in(memory, "me");
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(query->take(kilobytes(1000)));
  EXPECT_GT(memory->used(), 12'000'000u);
  std::size_t rows = 0;
  for (int pages = 0; rows < 12'000; ++pages) {
    ASSERT_LT(pages, 12);
    const auto page = query->next();
    ASSERT_TRUE(page);
    EXPECT_LE(rows_of(*page), 6000u) << "a few megabytes at most";
    const auto again = query->again();
    ASSERT_TRUE(again);
    EXPECT_EQ(rows_of(*again), rows_of(*page));
    rows += rows_of(*page);
  }
  EXPECT_EQ(rows, 12'000u);
  EXPECT_EQ(rows_of(*query->next()), 0u);
  EXPECT_EQ(memory->used(), 0u);
}

TEST(Query, rows_that_nobody_fetches_end_the_query_of_the_session_that_holds_most) {
  const auto memory = std::make_shared<io::HeldMemory>(8 << 20, "the test");
  const auto calm = std::make_shared<Query>(schema), greedy = std::make_shared<Query>(schema);
  calm->count_in(memory, "calm");
  greedy->count_in(memory, "greedy");
  ASSERT_TRUE(calm->take(kilobytes(1000)));
  Status taken;
  for (int i = 0; i < 20 && taken; ++i) taken = greedy->take(kilobytes(1000));
  EXPECT_EQ(taken.error().code(), Code::unavailable);
  EXPECT_EQ(greedy->next().error().code(), Code::unavailable);
  EXPECT_EQ(greedy->again().error().code(), Code::unavailable);
  EXPECT_LT(memory->used(), 2'000'000u);
  EXPECT_EQ(rows_of(*calm->next()), 1000u);
}

TEST(Query, one_alone_has_a_bound_too) {
  const auto query = std::make_shared<Query>(schema);
  Status taken;
  for (int i = 0; i < 200 && taken; ++i) taken = query->take(kilobytes(1000));
  EXPECT_EQ(taken.error().code(), Code::unavailable);
}

}  // namespace
}  // namespace azud::gateway
