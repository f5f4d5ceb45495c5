#include "io/signals.h"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

namespace azud::io {
namespace {

TEST(StopSignals, wait_returns_the_signal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    StopSignals signals;
    std::thread sender([signal] { ::kill(::getpid(), signal); });
    EXPECT_EQ(signals.wait(), signal);
    sender.join();
  }
}

TEST(StopSignals, request_is_a_sigterm) {
  StopSignals signals;
  std::thread sender([] { StopSignals::request(); });
  EXPECT_EQ(signals.wait(), SIGTERM);
  sender.join();
}

}  // namespace
}  // namespace azud::io
