#include "kafka/broker/fetch/fetch_memory.h"

#include <string>

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

TEST(FetchMemory, counts_what_is_held_until_it_is_let_go) {
  std::vector<SharedBytes> pieces;
  {
    FetchMemory memory(1 << 20);
    EXPECT_EQ(memory.room(), 1U << 20);
    pieces.push_back(SharedBytes::own(std::string(600'000, 'a')));
    pieces.push_back(SharedBytes::own(std::string(500'000, 'b')));
    memory.hold(pieces);
    EXPECT_EQ(memory.used(), 1'100'000U);
    EXPECT_EQ(memory.room(), FetchMemory::bytes_min) << "a reader is never left without anything";
    EXPECT_EQ(pieces[1].view(), std::string(500'000, 'b'));
    const SharedBytes part = pieces[0].slice(10, 5);
    pieces.erase(pieces.begin());
    EXPECT_EQ(memory.used(), 1'100'000U) << "a part holds the whole";
  }
  pieces.clear();  // after the memory: a connection may outlive the broker
}

TEST(FetchMemory, has_room_again_when_a_slow_reader_has_gone) {
  FetchMemory memory(1 << 20);
  std::vector<SharedBytes> pieces{SharedBytes::own(std::string(600'000, 'a'))};
  memory.hold(pieces);
  EXPECT_EQ(memory.room(), (1U << 20) - 600'000);
  pieces.clear();
  EXPECT_EQ(memory.room(), 1U << 20);
}

}  // namespace
}  // namespace azud::kafka
