#include "io/event_loops.h"

#include <future>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace azud::io {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(EventLoops, runs_what_is_posted_in_order_on_another_thread) {
  EventLoops loops(2);
  std::vector<int> seen;
  std::latch done(1);
  std::thread::id runner;
  for (int i = 0; i < 1000; ++i) loops.post_on(1, [&seen, i] { seen.push_back(i); });
  loops.post_on(1, [&] {
    runner = std::this_thread::get_id();
    done.count_down();
  });
  done.wait();
  ASSERT_EQ(seen.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
  EXPECT_NE(runner, std::this_thread::get_id());
}

TEST(EventLoops, post_on_a_loop_thread_stays_there) {
  EventLoops loops(3);
  std::promise<bool> same;
  loops.post(
      [&] { loops.post([&, id = std::this_thread::get_id()] { same.set_value(id == std::this_thread::get_id()); }); });
  EXPECT_TRUE(same.get_future().get());
}

TEST(EventLoops, timers_run_in_the_order_of_their_times_and_never_early) {
  EventLoops loops(1);
  const auto begin = steady_clock::now();
  std::vector<int> seen;
  std::promise<steady_clock::time_point> last;
  const Timer third = loops.after(milliseconds(15), [&] {
    seen.push_back(3);
    last.set_value(steady_clock::now());
  });
  const Timer first = loops.after(milliseconds(5), [&] { seen.push_back(1); });
  const Timer second = loops.after(milliseconds(10), [&] { seen.push_back(2); });
  EXPECT_GE(last.get_future().get() - begin, milliseconds(15));
  EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(EventLoops, a_destroyed_timer_does_not_run_and_frees_what_it_owns_at_once) {
  EventLoops loops(1);
  auto owned = std::make_shared<int>(0);
  std::weak_ptr<int> watch = owned;
  std::atomic<bool> ran = false;
  Timer moved;
  {
    Timer timer = loops.after(milliseconds(2), [&ran, kept = std::move(owned)] { ran = true; });
    moved = std::move(timer);
  }
  EXPECT_FALSE(watch.expired());
  moved.cancel();
  EXPECT_TRUE(watch.expired());
  std::promise<void> later;
  const Timer after = loops.after(milliseconds(5), [&] { later.set_value(); });
  later.get_future().wait();
  EXPECT_FALSE(ran);
}

TEST(EventLoops, a_timer_may_cancel_itself_and_start_the_next) {
  EventLoops loops(1);
  Timer timer;
  int runs = 0;
  std::promise<void> done;
  std::function<void()> tick = [&] {
    timer.cancel();
    if (++runs == 3) return done.set_value();
    timer = loops.after(milliseconds(1), tick);
  };
  loops.post([&] { timer = loops.after(milliseconds(1), tick); });
  done.get_future().wait();
  EXPECT_EQ(runs, 3);
}

TEST(EventLoops, stop_drops_what_has_not_run_and_handles_may_outlive_it) {
  auto owned = std::make_shared<int>(0);
  std::weak_ptr<int> watch = owned;
  Timer timer;
  {
    EventLoops loops(1);
    timer = loops.after(std::chrono::hours(1), [kept = std::move(owned)] {});
    loops.stop();
    EXPECT_TRUE(watch.expired());
    bool ran = false;
    loops.post([&ran] { ran = true; });
    const Timer late = loops.after(milliseconds(0), [&ran] { ran = true; });
    loops.stop();
    EXPECT_FALSE(ran);
  }
  timer.cancel();
}

TEST(EventLoops, many_threads_start_and_cancel_timers) {
  EventLoops loops(2);
  std::atomic<int> ran = 0;
  constexpr int each = 500;
  std::latch done(4 * each);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      std::vector<Timer> kept;
      for (int i = 0; i < each; ++i) {
        Timer dropped = loops.after(milliseconds(50), [&] { ran += 1'000'000; });
        kept.push_back(loops.after(milliseconds(i % 5), [&] {
          ++ran;
          done.count_down();
        }));
      }
      done.wait();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ran, 4 * each);
}

}  // namespace
}  // namespace azud::io
