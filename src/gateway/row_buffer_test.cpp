#include "gateway/row_buffer.h"

#include <thread>

#include <gtest/gtest.h>

namespace azud::gateway {
namespace {

/// `rows` rows of a kilobyte each.
data::Batch kilobytes(std::size_t rows) {
  return {.rows = rows,
          .columns = {data::Column::constant(data::DataType::string(), data::Value(std::string(1024, 'k')), rows)}};
}

std::size_t rows_of(const Result<std::vector<data::Batch>>& page) {
  EXPECT_TRUE(page);
  std::size_t rows = 0;
  if (page)
    for (const data::Batch& batch : *page) rows += batch.rows;
  return rows;
}

TEST(RowBuffer, gives_what_came_in_pages_and_a_page_twice) {
  const auto memory = std::make_shared<io::HeldMemory>(64 << 20, "the test");
  const auto buffer = std::make_shared<RowBuffer>();
  buffer->count_in(memory, "me");
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(buffer->take(kilobytes(1000)));
  EXPECT_GT(memory->used(), 12'000'000U);
  std::size_t rows = 0;
  for (int pages = 0; rows < 12'000; ++pages) {
    ASSERT_LT(pages, 12);
    const std::size_t page = rows_of(buffer->next());
    EXPECT_LE(page, 6000U) << "a few megabytes at most";
    EXPECT_EQ(rows_of(buffer->again()), page);
    rows += page;
  }
  EXPECT_EQ(rows, 12'000U);
  EXPECT_EQ(rows_of(buffer->next()), 0U);
  EXPECT_EQ(memory->used(), 0U);
}

TEST(RowBuffer, the_job_waits_for_who_fetches_and_nothing_is_lost) {
  const auto buffer = std::make_shared<RowBuffer>(4096);
  std::thread job([&] {
    for (std::size_t i = 0; i < 500; ++i) EXPECT_TRUE(buffer->take(kilobytes(1 + i % 3)));
  });
  std::size_t batches = 0;
  while (batches < 500) {
    const auto page = buffer->next();
    ASSERT_TRUE(page);
    EXPECT_LE(page->size(), 4U) << "a full buffer has taken another batch";
    for (const data::Batch& batch : *page) EXPECT_EQ(batch.rows, 1 + batches++ % 3) << "in the order of their coming";
    std::this_thread::yield();
  }
  job.join();
  EXPECT_EQ(rows_of(buffer->next()), 0U);
}

TEST(RowBuffer, a_closed_one_lets_the_job_go) {
  const auto buffer = std::make_shared<RowBuffer>(1024);
  ASSERT_TRUE(buffer->take(kilobytes(1)));
  std::thread job([&] { EXPECT_TRUE(buffer->take(kilobytes(2))); });
  buffer->close();
  job.join();
  EXPECT_TRUE(buffer->take(kilobytes(3)));
  EXPECT_EQ(rows_of(buffer->next()), 1U);
}

TEST(RowBuffer, what_nobody_fetches_is_given_up_where_most_lies) {
  const auto memory = std::make_shared<io::HeldMemory>(8 << 20, "the test");
  const auto calm = std::make_shared<RowBuffer>(), greedy = std::make_shared<RowBuffer>();
  calm->count_in(memory, "calm");
  greedy->count_in(memory, "greedy");
  ASSERT_TRUE(calm->take(kilobytes(1000)));
  Status taken;
  for (int i = 0; i < 20 && taken; ++i) taken = greedy->take(kilobytes(1000));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), Code::unavailable);
  EXPECT_EQ(greedy->next().error().code(), Code::unavailable);
  EXPECT_EQ(greedy->again().error().code(), Code::unavailable);
  EXPECT_LT(memory->used(), 2'000'000U);
  EXPECT_EQ(rows_of(calm->next()), 1000U);
}

}  // namespace
}  // namespace azud::gateway
