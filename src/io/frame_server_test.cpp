#include "io/frame_server.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "base/endian.h"
#include "io/test/loopback_client.h"

namespace azud::io {
namespace {

std::string framed(std::string_view body) {
  std::string out;
  append_big(out, static_cast<int32_t>(body.size()));
  return out += body;
}

/// Keeps the requests for the test to answer, or answers them at once with what came in.
class Requests : public FrameHandler {
 public:
  struct Request {
    FrameConnectionPtr connection;
    uint64_t sequence;
    SharedBytes frame;
  };
  explicit Requests(bool echo = false) : echo_(echo) {}

  void on_open(const FrameConnectionPtr&) override { ++opened; }
  void on_frame(const FrameConnectionPtr& connection, uint64_t sequence, SharedBytes frame) override {
    ++frames;
    if (echo_) return connection->reply(sequence, std::move(frame));
    const std::lock_guard lock(mutex_);
    kept_.push_back({connection, sequence, std::move(frame)});
    changed_.notify_all();
  }
  void on_close(const FrameConnectionPtr&) override {
    const std::lock_guard lock(mutex_);
    ++closed;
    changed_.notify_all();
  }

  /// Waits until `count` requests are there and takes them; fewer after ten seconds.
  std::vector<Request> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return kept_.size() >= count; });
    return std::exchange(kept_, {});
  }
  bool wait_closed(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return closed >= count; });
  }

  std::atomic<int> opened = 0;
  std::atomic<int> closed = 0;
  std::atomic<int> frames = 0;

 private:
  const bool echo_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request> kept_;
};

struct Server {
  explicit Server(FrameHandler& handler, FrameServerOptions options = {}) : loops(2) {
    auto started = FrameServer::start(loops, {"127.0.0.1:0"}, handler, options);
    if (!started) ADD_FAILURE() << started.error().to_text();
    server = *std::move(started);
  }
  EventLoops loops;
  std::unique_ptr<FrameServer> server;
};

TEST(FrameServer, answers_leave_in_the_order_of_the_requests_whoever_answers_first) {
  Requests requests;
  FrameServerOptions options;
  options.requests_in_flight_max = 1000;
  Server server(requests, options);
  LoopbackClient client(server.server->port());
  std::string sent;
  for (int i = 0; i < 400; ++i) sent += framed("request " + std::to_string(i));
  ASSERT_TRUE(client.send(sent));
  auto taken = requests.take(400);
  ASSERT_EQ(taken.size(), 400u);
  std::shuffle(taken.begin(), taken.end(), std::mt19937(11));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&taken, t] {
      for (std::size_t i = t; i < taken.size(); i += 4) {
        auto& request = taken[i];
        if (request.sequence % 10 == 9) {
          request.connection->reply_none(request.sequence);
        } else if (request.sequence % 2 == 0) {
          request.connection->reply(request.sequence, request.frame);
        } else {
          request.connection->reply(request.sequence, {request.frame.slice(0, 3), request.frame.slice(3)});
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 400; ++i) {
    if (i % 10 != 9) {
      ASSERT_EQ(client.receive_frame(), "request " + std::to_string(i));
    }
  }
}

TEST(FrameServer, frames_arrive_whole_however_the_bytes_are_cut) {
  Requests requests;
  Server server(requests);
  LoopbackClient client(server.server->port());
  const std::string large(300'000, 'z');
  const std::string sent = framed("a") + framed("") + framed(large) + framed("end");
  ASSERT_TRUE(client.send(sent.substr(0, 2)));
  std::size_t at = 2;
  for (const std::size_t step : {1u, 1u, 1u, 3u, 2u, 2u, 100'000u, 7u, 199'000u}) {
    ASSERT_TRUE(client.send(sent.substr(at, step)));
    at += step;
  }
  ASSERT_TRUE(client.send(sent.substr(at)));
  std::vector<Requests::Request> all;
  while (all.size() < 4) {
    auto more = requests.take(1);
    ASSERT_FALSE(more.empty());
    for (auto& request : more) all.push_back(std::move(request));
  }
  EXPECT_EQ(all[0].frame.view(), "a");
  EXPECT_EQ(all[1].frame.view(), "");
  EXPECT_TRUE(all[2].frame.view() == large);
  EXPECT_EQ(all[3].frame.view(), "end");
}

TEST(FrameServer, a_large_frame_and_a_large_answer_go_through) {
  Requests requests(true);
  Server server(requests);
  LoopbackClient client(server.server->port());
  std::string body(9'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 3);
  std::thread sender([&] { EXPECT_TRUE(client.send(framed(body) + framed("next"))); });
  EXPECT_TRUE(client.receive_frame() == body);
  EXPECT_EQ(client.receive_frame(), "next");
  sender.join();
}

TEST(FrameServer, a_length_that_is_not_allowed_closes_the_connection) {
  Requests requests(true);
  FrameServerOptions options;
  options.frame_bytes_max = 100;
  Server server(requests, options);
  for (const std::string& length :
       {std::string("\0\0\0\x65", 4), std::string("\xff\xff\xff\xff", 4), std::string("\x7f\xff\xff\xff", 4)}) {
    LoopbackClient client(server.server->port());
    ASSERT_TRUE(client.send(framed("ok")));
    EXPECT_EQ(client.receive_frame(), "ok");
    client.send(length.substr(0, 1));
    client.send(length.substr(1));
    EXPECT_EQ(client.receive_all(), "");
  }
  EXPECT_TRUE(requests.wait_closed(3));
  EXPECT_EQ(server.server->connection_count(), 0u);
}

TEST(FrameServer, reading_pauses_while_too_many_requests_are_in_progress) {
  Requests requests;
  FrameServerOptions options;
  options.requests_in_flight_max = 3;
  Server server(requests, options);
  LoopbackClient client(server.server->port());
  std::string sent;
  for (int i = 0; i < 10; ++i) sent += framed(std::to_string(i));
  ASSERT_TRUE(client.send(sent));
  int seen = 0;
  while (seen < 10) {
    const auto taken = requests.take(1);
    ASSERT_FALSE(taken.empty());
    ASSERT_LE(requests.frames - seen, 3);
    for (const auto& request : taken) {
      request.connection->reply_none(request.sequence);  // nothing is written, and reading goes on all the same
      ++seen;
    }
  }
  ASSERT_TRUE(client.send(framed("last")));
  const auto last = requests.take(1);
  ASSERT_EQ(last.size(), 1u);
  last[0].connection->reply(last[0].sequence, last[0].frame);
  EXPECT_EQ(client.receive_frame(), "last");
}

/// Knows its connection weakly, as the broker does.
class WeakRequests : public FrameHandler {
 public:
  void on_frame(const FrameConnectionPtr& connection, uint64_t sequence, SharedBytes) override {
    const std::lock_guard lock(mutex_);
    connection_ = connection;
    arrived_ = sequence + 1;
    changed_.notify_all();
  }
  void on_close(const FrameConnectionPtr&) override { ++closed; }
  /// The connection, once `count` requests have come; null if it has gone or they have not come in ten seconds.
  FrameConnectionPtr wait(uint64_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return arrived_ >= count; });
    return arrived_ >= count ? connection_.lock() : nullptr;
  }
  std::atomic<int> closed = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::weak_ptr<FrameConnection> connection_;
  uint64_t arrived_ = 0;
};

TEST(FrameServer, a_connection_whose_reading_pauses_lives_on_though_nobody_else_holds_it) {
  WeakRequests requests;
  FrameServerOptions options;
  options.requests_in_flight_max = 2;
  options.idle_timeout_ms = 20;  // ticks often, which would find a connection that has gone
  Server server(requests, options);
  LoopbackClient client(server.server->port());
  ASSERT_TRUE(client.send(framed("a") + framed("b") + framed("c")));
  ASSERT_NE(requests.wait(2), nullptr);
  for (int i = 0; i < 3; ++i) {  // the loop comes round: what only the read held is released
    const auto connection = requests.wait(2);
    ASSERT_NE(connection, nullptr) << "after " << i;
    std::atomic<bool> ticked = false;
    const auto timer = server.loops.after(std::chrono::milliseconds(10), [&] { ticked = true, ticked.notify_all(); });
    ticked.wait(false);
  }
  const auto connection = requests.wait(2);
  ASSERT_NE(connection, nullptr);
  connection->reply(0, SharedBytes::own("first"));
  EXPECT_EQ(client.receive_frame(), "first");
  EXPECT_NE(requests.wait(3), nullptr);
  EXPECT_EQ(requests.closed, 0);
}

TEST(FrameServer, a_client_that_reads_no_answers_is_not_read_from_and_closed_in_the_end) {
  Requests requests(true);
  FrameServerOptions options;
  options.write_backlog_bytes_max = 100'000;
  options.write_timeout_ms = 60;
  Server server(requests, options);
  LoopbackClient client(server.server->port(), 4096);
  const std::string body = framed(std::string(50'000, 'b'));
  std::string sent;
  for (int i = 0; i < 2000; ++i) sent += body;  // 100 MB: far more than sockets hold
  EXPECT_LT(client.send_until_blocked(sent, std::chrono::milliseconds(40)), sent.size() / 2);
  EXPECT_TRUE(requests.wait_closed(1));
}

TEST(FrameServer, half_a_frame_and_an_idle_connection_time_out) {
  Requests requests(true);
  FrameServerOptions options;
  options.half_frame_timeout_ms = 20;
  Server half(requests, options);
  LoopbackClient client(half.server->port());
  ASSERT_TRUE(client.send(framed("ok")));
  EXPECT_EQ(client.receive_frame(), "ok");
  ASSERT_TRUE(client.send(std::string_view("\0\0\0\5ab", 6)));
  EXPECT_EQ(client.receive_all(), "");

  FrameServerOptions idle_options;
  idle_options.idle_timeout_ms = 20;
  Server idle(requests, idle_options);
  LoopbackClient quiet(idle.server->port());
  EXPECT_EQ(quiet.receive_all(), "");
}

TEST(FrameServer, a_request_in_progress_is_not_idle) {
  Requests requests;
  FrameServerOptions options;
  options.idle_timeout_ms = 10;
  Server server(requests, options);
  LoopbackClient client(server.server->port());
  ASSERT_TRUE(client.send(framed("slow")));
  const auto taken = requests.take(1);
  ASSERT_EQ(taken.size(), 1u);
  const Timer timer = server.loops.after(std::chrono::milliseconds(60),
                                         [&] { taken[0].connection->reply(taken[0].sequence, taken[0].frame); });
  EXPECT_EQ(client.receive_frame(), "slow");
}

TEST(FrameServer, connections_past_the_limit_are_closed_and_room_comes_back) {
  Requests requests(true);
  FrameServerOptions options;
  options.connections_max = 5;
  Server server(requests, options);
  std::vector<LoopbackClient> kept;
  for (int i = 0; i < 5; ++i) {
    kept.emplace_back(server.server->port());
    ASSERT_TRUE(kept.back().send(framed("in")));
    ASSERT_EQ(kept.back().receive_frame(), "in");
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ(LoopbackClient(server.server->port()).receive_all(), "");
  kept.pop_back();
  ASSERT_TRUE(requests.wait_closed(1));
  LoopbackClient again(server.server->port());
  ASSERT_TRUE(again.send(framed("in")));
  EXPECT_EQ(again.receive_frame(), "in");
}

TEST(FrameServer, connections_of_one_address_past_its_limit_are_closed_and_room_comes_back) {
  Requests requests(true);
  FrameServerOptions options;
  options.connections_per_host_max = 2;
  Server server(requests, options);
  std::vector<LoopbackClient> kept;
  for (int i = 0; i < 2; ++i) {
    kept.emplace_back(server.server->port());
    ASSERT_TRUE(kept.back().send(framed("in")));
    ASSERT_EQ(kept.back().receive_frame(), "in");
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(LoopbackClient(server.server->port()).receive_all(), "");
  EXPECT_EQ(server.server->connection_count(), 2U);
  kept.pop_back();
  ASSERT_TRUE(requests.wait_closed(1));
  LoopbackClient again(server.server->port());
  ASSERT_TRUE(again.send(framed("in")));
  EXPECT_EQ(again.receive_frame(), "in");
}

TEST(FrameServer, unfinished_frames_share_a_bound_and_whole_ones_go_on) {
  Requests requests(true);
  FrameServerOptions options;
  options.queued_bytes_max = 2 << 20;
  Server server(requests, options);
  LoopbackClient calm(server.server->port());
  ASSERT_TRUE(calm.send(framed("before")));
  EXPECT_EQ(calm.receive_frame(), "before");
  std::vector<LoopbackClient> half;
  const std::string part = framed(std::string(900'000, 'h')).substr(0, 800'000);
  for (int i = 0; i < 8; ++i) {
    half.emplace_back(server.server->port());
    half.back().send(part);
  }
  EXPECT_TRUE(requests.wait_closed(6)) << "two of them fit";
  ASSERT_TRUE(calm.send(framed("after")));
  EXPECT_EQ(calm.receive_frame(), "after");
}

TEST(FrameServer, reading_pauses_while_large_requests_are_unanswered) {
  Requests requests;
  FrameServerOptions options;
  options.request_backlog_bytes_max = 100'000;
  Server server(requests, options);
  LoopbackClient client(server.server->port());
  std::string sent;
  for (int i = 0; i < 8; ++i) sent += framed(std::string(60'000, 'r'));
  std::thread sender([&] { client.send(sent); });
  for (int answered = 0; answered < 8; answered += 2) {
    const auto taken = requests.take(2);
    ASSERT_EQ(taken.size(), 2u);
    EXPECT_EQ(requests.frames, answered + 2);
    for (const auto& each : taken) each.connection->reply_none(each.sequence);
  }
  sender.join();
}

TEST(FrameServer, knows_addresses_and_carries_user_data) {
  Requests requests;
  Server server(requests);
  LoopbackClient client(server.server->port());
  ASSERT_TRUE(client.send(framed("x")));
  const auto taken = requests.take(1);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].connection->local_address(), "127.0.0.1:" + std::to_string(server.server->port()));
  EXPECT_TRUE(taken[0].connection->peer_address().starts_with("127.0.0.1:"));
  taken[0].connection->set_user_data(std::make_shared<int>(42));
  EXPECT_EQ(*std::static_pointer_cast<int>(taken[0].connection->user_data()), 42);
  taken[0].connection->close("enough");
  EXPECT_EQ(client.receive_all(), "");
  taken[0].connection->reply(taken[0].sequence, taken[0].frame);  // without effect
}

TEST(FrameServer, listens_on_both_stacks_and_on_every_address_of_a_name) {
  Requests requests(true);
  EventLoops loops(1);
  auto server = FrameServer::start(loops, {"[::]:0", "localhost:0"}, requests);
  ASSERT_TRUE(server) << server.error().to_text();
  for (const uint16_t port : {(*server)->port(0), (*server)->port(1)}) {
    LoopbackClient client(port);
    ASSERT_TRUE(client.send(framed("v4")));
    EXPECT_EQ(client.receive_frame(), "v4");
  }
}

TEST(FrameServer, a_taken_port_and_a_bad_address_are_errors_that_say_so) {
  Requests requests;
  Server server(requests);
  const std::string taken = "127.0.0.1:" + std::to_string(server.server->port());
  const auto second = FrameServer::start(server.loops, {taken}, requests);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find(taken), std::string::npos);
  EXPECT_NE(second.error().message().find("in use"), std::string::npos);
  EXPECT_EQ(FrameServer::start(server.loops, {"nonsense"}, requests).error().code(), Code::invalid);
}

TEST(FrameServer, stop_closes_everything_and_late_answers_do_no_harm) {
  Requests requests;
  Server server(requests);
  LoopbackClient client(server.server->port());
  ASSERT_TRUE(client.send(framed("x")));
  const auto taken = requests.take(1);
  ASSERT_EQ(taken.size(), 1u);
  const uint16_t port = server.server->port();
  server.server->stop();
  EXPECT_EQ(requests.closed, 1);
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_FALSE(LoopbackClient(port).connected());
  taken[0].connection->reply(taken[0].sequence, taken[0].frame);
  server.server.reset();
  server.loops.stop();
  taken[0].connection->reply(taken[0].sequence, taken[0].frame);
}

}  // namespace
}  // namespace azud::io
