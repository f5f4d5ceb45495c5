#include "kafka/broker/gate.h"

#include <thread>

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

TEST(Gate, closing_waits_for_those_inside_and_lets_nobody_in_after) {
  Gate gate;
  std::atomic<bool> left = false;
  auto pass = std::make_unique<Gate::Pass>(gate.enter());
  ASSERT_TRUE(*pass);
  std::thread closer([&] {
    gate.close();
    EXPECT_TRUE(left);
  });
  while (gate.enter()) std::this_thread::yield();
  left = true;
  pass.reset();
  closer.join();
  EXPECT_FALSE(gate.enter());
  gate.close();
}

}  // namespace
}  // namespace azud::kafka
