#include "io/net/receive_arena.h"

#include <cstring>

#include <gtest/gtest.h>

namespace azud::io {
namespace {

SharedBytes put(ReceiveArena& arena, std::string_view text) {
  const auto space = arena.space();
  std::memcpy(space.data(), text.data(), text.size());
  return arena.take(text.size());
}

TEST(ReceiveArena, slices_follow_one_another_in_a_block) {
  ReceiveArena arena;
  const SharedBytes a = put(arena, "hello");
  const SharedBytes b = put(arena, "world");
  EXPECT_EQ(a.view(), "hello");
  EXPECT_EQ(b.view(), "world");
  EXPECT_EQ(a.data() + 5, b.data());
}

TEST(ReceiveArena, a_held_block_is_never_written_again) {
  ReceiveArena arena;
  const SharedBytes held = put(arena, "keep");
  for (std::size_t filled = 0; filled < 2 * ReceiveArena::block_bytes;) {
    const auto space = arena.space();
    ASSERT_GE(space.size(), ReceiveArena::space_bytes_min);
    std::memset(space.data(), 'x', space.size());
    filled += arena.take(space.size()).size();
  }
  EXPECT_EQ(held.view(), "keep");
}

TEST(ReceiveArena, a_free_block_is_used_again) {
  ReceiveArena arena;
  const char* first = arena.space().data();
  arena.take(ReceiveArena::block_bytes);
  EXPECT_EQ(arena.space().data(), first);
}

}  // namespace
}  // namespace azud::io
