#include "io/http_server.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "io/gzip.h"
#include "io/test/loopback_client.h"

namespace azud::io {
namespace {

/// Answers with what it understood of the request: "POST /path key=value|header|body".
HttpResponse described(const HttpRequest& request) {
  std::string text(to_string(request.method()));
  text += ' ';
  text += request.path_parameter("name");
  for (const FormField& field : request.query()) {
    text += fmt::format(" {}{}{}", field.name, field.has_value ? "=" : "", field.value);
  }
  text += fmt::format("|{}|{}", request.header("x-test").value_or("-"), request.body());
  return HttpResponse::text(std::move(text));
}

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    router_.add(HttpMethod::post, "/echo/{name}",
                [](const HttpRequest& request, HttpResponder responder) { responder.send(described(request)); });
    router_.add(HttpMethod::get, "/echo/{name}",
                [](const HttpRequest& request, HttpResponder responder) { responder.send(described(request)); });
    router_.add(HttpMethod::get, "/later/{name}", [this](const HttpRequest& request, HttpResponder responder) {
      const std::lock_guard lock(mutex_);
      later_.emplace_back(std::string(request.path_parameter("name")), std::move(responder));
      changed_.notify_all();
    });
    router_.add(HttpMethod::get, "/large", [](const HttpRequest&, HttpResponder responder) {
      responder.send(HttpResponse::text(std::string(3'000'000, 'L')));
    });
    router_.add(HttpMethod::get, "/nothing",
                [](const HttpRequest&, HttpResponder responder) { responder.send(HttpResponse::empty(204)); });
  }

  void start(HttpServerOptions options = {}) {
    auto started = HttpServer::start(loops_, {"127.0.0.1:0"}, router_, options);
    ASSERT_TRUE(started) << started.error().to_text();
    server_ = *std::move(started);
  }

  LoopbackClient connect() { return LoopbackClient(server_->port()); }

  /// The answer to one request on a connection of its own.
  LoopbackClient::HttpAnswer ask(std::string_view request) {
    LoopbackClient client = connect();
    client.send(request);
    return client.receive_http();
  }

  std::vector<std::pair<std::string, HttpResponder>> take_later(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return later_.size() >= count; });
    return std::exchange(later_, {});
  }

  HttpRouter router_;
  EventLoops loops_{2};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<std::string, HttpResponder>> later_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, handles_requests_one_after_the_other_on_a_connection) {
  start();
  LoopbackClient client = connect();
  ASSERT_TRUE(client.send("GET /echo/a?sync&k=v%20w HTTP/1.1\r\nHost: x\r\nX-TEST: yes\r\n\r\n"));
  auto answer = client.receive_http();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET a sync k=v w|yes|");
  EXPECT_NE(answer.head.find("Content-Type: text/plain; charset=utf-8\r\n"), std::string::npos);
  EXPECT_NE(answer.head.find("Date: "), std::string::npos);
  ASSERT_TRUE(client.send("POST /echo/b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"));
  EXPECT_EQ(client.receive_http().body, "POST b|-|hello");
  ASSERT_TRUE(client.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"));
  answer = client.receive_http();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.head.find("Content-Length"), std::string::npos);
  ASSERT_TRUE(client.send("HEAD /echo/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const std::string head = client.receive_all();
  EXPECT_NE(head.find("Content-Length: 9\r\n"), std::string::npos);
  EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, http_1_0_closes_unless_asked_not_to) {
  start();
  LoopbackClient once = connect();
  ASSERT_TRUE(once.send("GET /echo/a HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(once.receive_all().ends_with("GET a|-|"));
  LoopbackClient kept = connect();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(kept.send("GET /echo/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(kept.receive_http().status, 200);
  }
}

TEST_F(HttpServerTest, pipelined_requests_are_answered_in_order) {
  start();
  LoopbackClient client = connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += fmt::format("GET /{}/{} HTTP/1.1\r\nHost: x\r\n\r\n", i % 3 == 0 ? "echo" : "later", i);
  }
  ASSERT_TRUE(client.send(requests));
  auto later = take_later(33);
  ASSERT_EQ(later.size(), 33u);
  std::shuffle(later.begin(), later.end(), std::mt19937(3));
  std::thread other([&] {
    for (auto& [name, responder] : later) responder.send(HttpResponse::text("later " + name));
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.receive_http().body, i % 3 == 0 ? fmt::format("GET {}|-|", i) : fmt::format("later {}", i));
  }
  other.join();
}

TEST_F(HttpServerTest, more_pipelined_requests_than_allowed_wait) {
  HttpServerOptions options;
  options.pipelined_requests_max = 2;
  start(options);
  LoopbackClient client = connect();
  std::string requests;
  for (int i = 0; i < 7; ++i) requests += fmt::format("GET /later/{} HTTP/1.1\r\nHost: x\r\n\r\n", i);
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 7;) {
    auto later = take_later(1);
    ASSERT_FALSE(later.empty());
    EXPECT_LE(later.size(), 2u);
    for (auto& [name, responder] : later) {
      EXPECT_EQ(name, std::to_string(i++));
      responder.send(HttpResponse::text(name));
    }
  }
  for (int i = 0; i < 7; ++i) EXPECT_EQ(client.receive_http().body, std::to_string(i));
}

TEST_F(HttpServerTest, a_request_may_come_in_any_pieces) {
  start();
  const std::string request =
      "POST /echo/p?x=1 HTTP/1.1\r\nHost: x\r\nX-Test: t\r\nContent-Length: 10\r\n\r\n0123456789"
      "POST /echo/q HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: "
      "1\r\n\r\n";
  for (std::size_t step : {1u, 2u, 7u, 50u, 1000u}) {
    LoopbackClient client = connect();
    for (std::size_t at = 0; at < request.size(); at += step) ASSERT_TRUE(client.send(request.substr(at, step)));
    EXPECT_EQ(client.receive_http().body, "POST p x=1|t|0123456789") << step;
    EXPECT_EQ(client.receive_http().body, "POST q|-|abc0123456789") << step;
  }
}

TEST_F(HttpServerTest, large_bodies_go_both_ways) {
  start();
  LoopbackClient client = connect();
  const std::string body(5'000'000, 'b');
  std::thread sender([&] {
    client.send(fmt::format("POST /echo/n HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  });
  EXPECT_TRUE(client.receive_http().body == "POST n|-|" + body);
  sender.join();
  ASSERT_TRUE(client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(client.receive_http().body.size(), 3'000'000u);
}

TEST_F(HttpServerTest, a_body_past_the_limit_is_413_and_the_answer_arrives) {
  HttpServerOptions options;
  options.body_bytes_max = 1000;
  start(options);
  for (const std::string& request :
       {"POST /echo/n HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'),
        "POST /echo/n HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x'),
        "POST /echo/n HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: " +
            std::to_string(gzip(std::string(1001, 'x')).size()) + "\r\n\r\n" + gzip(std::string(1001, 'x'))}) {
    const auto answer = ask(request);
    EXPECT_EQ(answer.status, 413);
    EXPECT_NE(answer.body.find("larger than 1000 bytes"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(ask("POST /echo/n HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x')).status,
            200);
}

TEST_F(HttpServerTest, unpacks_gzip_bodies) {
  start();
  const std::string packed = gzip("hello");
  const std::string head = "POST /echo/n HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: ";
  EXPECT_EQ(ask(head + std::to_string(packed.size()) + "\r\n\r\n" + packed).body, "POST n|-|hello");
  EXPECT_EQ(ask(head + "3\r\n\r\nabc").status, 400);
  EXPECT_EQ(ask("POST /echo/n HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx").status, 415);
}

TEST_F(HttpServerTest, packs_large_answers_for_who_accepts_it) {
  HttpServerOptions options;
  options.gzip_bytes_min = 100;
  start(options);
  const auto with = [&](std::string_view path, std::string_view accept) {
    return ask(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, accept));
  };
  const auto packed = with("/large", "Accept-Encoding: br, gzip;q=0.5\r\n");
  EXPECT_NE(packed.head.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_TRUE(*gunzip(packed.body, 4'000'000) == std::string(3'000'000, 'L'));
  EXPECT_EQ(with("/large", "").body.size(), 3'000'000u);
  EXPECT_EQ(with("/large", "Accept-Encoding: gzip;q=0, br\r\n").body.size(), 3'000'000u);
  EXPECT_EQ(with("/echo/short", "Accept-Encoding: gzip\r\n").body, "GET short|-|");
}

TEST_F(HttpServerTest, says_continue_to_who_waits_for_it) {
  start();
  LoopbackClient client = connect();
  ASSERT_TRUE(client.send("POST /echo/n HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("ok"));
  EXPECT_EQ(client.receive_http().body, "POST n|-|ok");
}

TEST_F(HttpServerTest, malformed_requests_get_an_answer_and_the_connection_closes) {
  HttpServerOptions options;
  options.head_bytes_max = 2000;
  start(options);
  const std::string host = "Host: x\r\n";
  const std::vector<std::pair<std::string, int>> cases = {
      {"GET /echo/a HTTP/1.1\r\n\r\n", 400},
      {"GET /echo/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"GET /echo/a HTTP/2.0\r\n" + host + "\r\n", 505},
      {"GET /echo/a\r\n\r\n", 400},
      {"GET /echo/%zz HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET echo HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /echo/a HTTP/1.1\nHost: x\n\n", 400},
      {"\x16\x03\x01\x02 a TLS hello", 400},
      {"GET /echo/a HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n", 400},
      {"GET /echo/a HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400},
      {"GET /echo/a HTTP/1.1\r\n" + host + "X: a\x01\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n", 501},
      {"POST /echo/a HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"GET /echo/a HTTP/1.1\r\n" + host + "X: " + std::string(2000, 'a') + "\r\n\r\n", 431},
      {"GET /echo/" + std::string(3000, 'a'), 431},
  };
  for (const auto& [request, status] : cases) {
    LoopbackClient client = connect();
    client.send(request);
    const std::string all = client.receive_all();
    EXPECT_TRUE(all.starts_with(fmt::format("HTTP/1.1 {} ", status))) << request.substr(0, 80) << "\n" << all;
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(all.find(R"({"error":")"), std::string::npos);
    EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << "one answer only";
  }
}

TEST_F(HttpServerTest, a_bad_request_behind_good_ones_is_answered_in_its_turn) {
  start();
  LoopbackClient client = connect();
  ASSERT_TRUE(client.send("GET /later/a HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n"));
  auto later = take_later(1);
  ASSERT_EQ(later.size(), 1u);
  later[0].second.send(HttpResponse::text("good"));
  EXPECT_EQ(client.receive_http().body, "good");
  EXPECT_EQ(client.receive_http().status, 400);
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(HttpServerTest, a_client_that_ends_its_side_still_gets_its_answers) {
  start();
  LoopbackClient client = connect();
  ASSERT_TRUE(client.send("GET /later/a HTTP/1.1\r\nHost: x\r\n\r\n"));
  client.end_sending();
  auto later = take_later(1);
  ASSERT_EQ(later.size(), 1u);
  later[0].second.send(HttpResponse::text("late"));
  EXPECT_TRUE(client.receive_all().ends_with("late"));
}

TEST_F(HttpServerTest, slow_and_silent_clients_are_let_go) {
  HttpServerOptions options;
  options.head_timeout_ms = 20;
  options.body_timeout_ms = 20;
  options.keep_alive_timeout_ms = 20;
  start(options);
  EXPECT_EQ(ask("GET /echo/a HTTP/1.1\r\nHo").status, 408);
  EXPECT_EQ(ask("POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab").status, 408);
  EXPECT_EQ(ask("POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5").status, 408);
  EXPECT_EQ(connect().receive_all(), "");
}

TEST_F(HttpServerTest, unread_answers_share_a_bound) {
  HttpServerOptions options;
  options.queued_bytes_max = 16'000'000;
  start(options);
  std::vector<LoopbackClient> slow;
  for (int i = 0; i < 6; ++i) {
    slow.emplace_back(server_->port(), 4096);
    ASSERT_TRUE(
        slow.back().send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n"
                         "GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (server_->connection_count() == 6 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_LT(server_->connection_count(), 6u);
  EXPECT_EQ(ask("GET /echo/a HTTP/1.1\r\nHost: x\r\n\r\n").body, "GET a|-|");
}

TEST_F(HttpServerTest, connections_past_the_limit_are_closed) {
  HttpServerOptions options;
  options.connections_max = 3;
  start(options);
  std::vector<LoopbackClient> kept;
  for (int i = 0; i < 3; ++i) {
    kept.push_back(connect());
    kept.back().send("GET /echo/a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(kept.back().receive_http().status, 200);
  }
  EXPECT_EQ(connect().receive_all(), "");
  EXPECT_EQ(server_->connection_count(), 3u);
}

TEST_F(HttpServerTest, stop_closes_and_late_answers_do_no_harm) {
  start();
  LoopbackClient client = connect();
  ASSERT_TRUE(client.send("GET /later/a HTTP/1.1\r\nHost: x\r\n\r\n"));
  auto later = take_later(1);
  ASSERT_EQ(later.size(), 1u);
  server_->stop();
  EXPECT_EQ(client.receive_all(), "");
  later[0].second.send(HttpResponse::text("late"));
}

}  // namespace
}  // namespace azud::io
