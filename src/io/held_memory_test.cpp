#include "io/held_memory.h"

#include <vector>

#include <gtest/gtest.h>

namespace azud::io {
namespace {

/// Connections by number, and which of them were cut, in that order.
struct Connections {
  explicit Connections(std::size_t bytes_max) : memory(std::make_shared<HeldMemory>(bytes_max, "the test")) {}
  HeldMemory::Share& add(const std::string& host) {
    const auto number = static_cast<int>(shares.size());
    shares.push_back(std::make_unique<HeldMemory::Share>(memory, host, [this, number] { cut.push_back(number); }));
    return *shares.back();
  }

  std::shared_ptr<HeldMemory> memory;
  std::vector<std::unique_ptr<HeldMemory::Share>> shares;
  std::vector<int> cut;
};

TEST(HeldMemory, counts_what_is_held_now) {
  Connections connections(1000);
  HeldMemory::Share& one = connections.add("a");
  HeldMemory::Share& other = connections.add("b");
  one.hold(600, true);
  other.hold(300, true);
  EXPECT_EQ(connections.memory->used(), 900u);
  one.hold(100, true);
  other.hold(0, true);
  EXPECT_EQ(connections.memory->used(), 100u);
  connections.shares.clear();
  EXPECT_EQ(connections.memory->used(), 0u);
  EXPECT_TRUE(connections.cut.empty());
}

TEST(HeldMemory, the_address_that_holds_most_makes_room) {
  Connections connections(1000);
  connections.add("calm").hold(300, true);
  for (int i = 0; i < 4; ++i) connections.add("flood").hold(200, true);
  ASSERT_FALSE(connections.cut.empty());
  for (const int number : connections.cut) EXPECT_GT(number, 0) << "the calm one was cut";
  EXPECT_LE(connections.memory->used(), 875u);
}

TEST(HeldMemory, of_one_address_the_largest_of_the_same_age_goes_first) {
  Connections connections(1000);
  connections.add("a").hold(100, true);
  connections.add("a").hold(800, true);
  connections.add("a").hold(150, true);
  EXPECT_EQ(connections.cut, std::vector{1});
  EXPECT_EQ(connections.memory->used(), 250u);
}

TEST(HeldMemory, who_was_cut_is_not_counted_and_not_cut_again) {
  Connections connections(1000);
  HeldMemory::Share& large = connections.add("a");
  large.hold(1100, true);
  EXPECT_EQ(connections.cut, std::vector{0});
  large.hold(1200, true);
  EXPECT_EQ(connections.memory->used(), 0u);
  EXPECT_EQ(connections.cut.size(), 1u);
}

}  // namespace
}  // namespace azud::io
