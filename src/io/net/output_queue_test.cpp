#include "io/net/output_queue.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

namespace azud::io {
namespace {

std::string drain(OutputQueue& queue, std::size_t step) {
  std::string all;
  while (!queue.empty()) {
    std::array<ByteView, 3> views;
    const std::size_t filled = queue.front(views);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < filled && taken < step; ++i) {
      const ByteView part = views[i].substr(0, step - taken);
      all.append(part);
      taken += part.size();
    }
    queue.consume(taken);
  }
  return all;
}

TEST(OutputQueue, short_pieces_share_one_view_and_long_ones_are_not_copied) {
  OutputQueue queue;
  queue.append(ByteView("ab"));
  queue.append(SharedBytes::own("cd"));
  const SharedBytes large = SharedBytes::own(std::string(OutputQueue::copy_bytes_max + 1, 'L'));
  queue.append(large);
  queue.tail() += "ef";
  queue.appended();
  std::array<ByteView, 8> views;
  ASSERT_EQ(queue.front(views), 3u);
  EXPECT_EQ(views[0], "abcd");
  EXPECT_EQ(views[1].data(), large.data());
  EXPECT_EQ(views[2], "ef");
  EXPECT_EQ(queue.size(), 4 + large.size() + 2);
}

TEST(OutputQueue, keeps_the_order_however_it_is_drained) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    OutputQueue queue;
    std::string expected;
    std::string actual;
    for (int i = 0; i < 60; ++i) {
      std::string piece(random() % 3000, static_cast<char>('a' + random() % 26));
      expected += piece;
      if (random() % 2 == 0) {
        queue.append(ByteView(piece));
      } else {
        queue.append(SharedBytes::own(std::move(piece)));
      }
      if (random() % 4 == 0 && !queue.empty()) {
        std::array<ByteView, 1> view;
        queue.front(view);
        const ByteView part = view[0].substr(0, 1 + random() % view[0].size());
        actual += part;
        queue.consume(part.size());
      }
    }
    actual += drain(queue, 1 + random() % 5000);
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(queue.size(), 0u);
  }
}

}  // namespace
}  // namespace azud::io
