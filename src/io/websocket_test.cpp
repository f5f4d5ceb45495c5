#include "io/websocket.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <gtest/gtest.h>

#include "io/http_server.h"
#include "io/test/loopback_client.h"

namespace azud::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

/// A blocking client, Beast's own.
class Client {
 public:
  Client(uint16_t port, const std::string& path, const std::string& origin = "", const std::string& protocol = "")
      : stream_(context_) {
    // The system keeps these short: a slow reader shows soon.
    stream_.next_layer().open(tcp::v4());
    stream_.next_layer().set_option(asio::socket_base::receive_buffer_size(4096));
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port}, error);
    stream_.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
      if (!origin.empty()) request.set(beast::http::field::origin, origin);
      if (!protocol.empty()) request.set(beast::http::field::sec_websocket_protocol, protocol);
    }));
    stream_.handshake(response, "localhost:" + std::to_string(port), path, error);
  }
  std::string read() {
    beast::flat_buffer buffer;
    stream_.read(buffer, error);
    return beast::buffers_to_string(buffer.data());
  }
  auto& stream() { return stream_; }

  boost::system::error_code error;
  beast::websocket::response_type response;

 private:
  asio::io_context context_;
  beast::websocket::stream<tcp::socket> stream_;
};

class WebSocketTest : public testing::Test {
 protected:
  struct Echo : WebSocketHandler {
    Echo(WebSocketTest& t, WebSocketSessionPtr s) : test(t), session(std::move(s)) {}
    void on_message(ByteView message, bool is_text) override {
      if (is_text) {
        session->send_text("echo " + std::string(message));
      } else {
        session->send_binary(std::string(message));
      }
    }
    void on_close() override {
      session.reset();
      const std::lock_guard lock(test.mutex_);
      ++test.closed_;
      test.changed_.notify_all();
    }
    WebSocketTest& test;
    WebSocketSessionPtr session;
  };

  void start(WebSocketOptions options = {}, HttpServerOptions server_options = {}) {
    router_.add_websocket("/ws/{name}", {options, [this](const HttpRequest& request, WebSocketSessionPtr session) {
                                           if (request.path_parameter("name") == "no") return std::shared_ptr<Echo>();
                                           session->send_text(fmt::format("hello {}", request.path_parameter("name")));
                                           const std::lock_guard lock(mutex_);
                                           last_session_ = session;
                                           changed_.notify_all();
                                           return std::make_shared<Echo>(*this, session);
                                         }});
    router_.add(HttpMethod::get, "/plain",
                [](const HttpRequest&, HttpResponder responder) { responder.send(HttpResponse::text("plain")); });
    auto started = HttpServer::start(loops_, {"127.0.0.1:0"}, router_, server_options);
    ASSERT_TRUE(started) << started.error().to_text();
    server_ = *std::move(started);
  }
  bool wait_closed(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return closed_ >= count; });
  }
  WebSocketSessionPtr session() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return last_session_.lock() != nullptr; });
    return last_session_.lock();
  }

  HttpRouter router_;
  EventLoops loops_{2};
  std::mutex mutex_;
  std::condition_variable changed_;
  int closed_ = 0;
  std::weak_ptr<WebSocketSession> last_session_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSocketTest, echoes_whole_and_fragmented_messages) {
  start();
  Client client(server_->port(), "/ws/bob");
  ASSERT_FALSE(client.error) << client.error.message();
  EXPECT_EQ(client.read(), "hello bob");
  client.stream().write(asio::buffer(std::string("one")));
  EXPECT_EQ(client.read(), "echo one");
  for (const char* part : {"a", "b", "c"}) client.stream().write_some(part[0] == 'c', asio::buffer(part, 1));
  EXPECT_EQ(client.read(), "echo abc");
  client.stream().binary(true);
  client.stream().write(asio::buffer(std::string("\0\1\2", 3)));
  EXPECT_EQ(client.read(), std::string("\0\1\2", 3));
  EXPECT_TRUE(client.stream().got_binary());
  client.stream().close(beast::websocket::close_code::normal);
  EXPECT_TRUE(wait_closed(1));
  EXPECT_EQ(server_->connection_count(), 0u);
}

TEST_F(WebSocketTest, many_threads_send_to_one_session) {
  start();
  Client client(server_->port(), "/ws/x");
  ASSERT_FALSE(client.error);
  EXPECT_EQ(client.read(), "hello x");
  const auto to = session();
  ASSERT_TRUE(to);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([to] {
      const SharedBytes shared = SharedBytes::own("tick");
      for (int i = 0; i < 250; ++i) to->send_shared_text(shared);
    });
  }
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.read(), "tick");
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(to->peer_address().substr(0, 10), "127.0.0.1:");
}

TEST_F(WebSocketTest, a_slow_client_is_closed_past_the_limit) {
  WebSocketOptions options;
  options.queue_bytes_max = 1'000'000;
  start(options);
  Client client(server_->port(), "/ws/slow");
  ASSERT_FALSE(client.error);
  const auto to = session();
  ASSERT_TRUE(to);
  std::size_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    to->send_text(std::string(50'000, 's'));
    most = std::max(most, to->queued_bytes());
  }
  EXPECT_TRUE(wait_closed(1));
  EXPECT_LE(most, 1'100'000u);
}

TEST_F(WebSocketTest, slow_clients_share_a_bound) {
  HttpServerOptions server_options;
  server_options.queued_bytes_max = 2'000'000;
  start({}, server_options);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 1; i <= 4; ++i) {
    slow.push_back(std::make_unique<Client>(server_->port(), "/ws/slow"));
    ASSERT_FALSE(slow.back()->error);
    const auto to = session();
    ASSERT_TRUE(to);
    for (int message = 0; message < 240; ++message)
      to->send_text(std::string(50'000, 's'));  // of 16 MB allowed to each
  }
  EXPECT_TRUE(wait_closed(4));
  Client calm(server_->port(), "/ws/calm");
  ASSERT_FALSE(calm.error);
  EXPECT_EQ(calm.read(), "hello calm");
}

TEST_F(WebSocketTest, close_sends_what_is_queued_first) {
  start();
  Client client(server_->port(), "/ws/x");
  ASSERT_FALSE(client.error);
  EXPECT_EQ(client.read(), "hello x");
  const auto to = session();
  ASSERT_TRUE(to);
  to->send_text("last");
  to->close(1001, "moving on");
  to->send_text("too late");
  EXPECT_EQ(client.read(), "last");
  client.read();
  EXPECT_EQ(client.error, beast::websocket::error::closed);
  EXPECT_EQ(client.stream().reason().code, 1001);
  EXPECT_EQ(client.stream().reason().reason, "moving on");
  EXPECT_TRUE(wait_closed(1));
}

TEST_F(WebSocketTest, refuses_foreign_origins_and_what_the_route_refuses) {
  WebSocketOptions options;
  options.origins = {"https://good.example"};
  start(options);
  const uint16_t port = server_->port();
  EXPECT_FALSE(Client(port, "/ws/x", "https://good.example").error);
  EXPECT_FALSE(Client(port, "/ws/x", "http://localhost:" + std::to_string(port)).error);
  EXPECT_EQ(Client(port, "/ws/x", "https://evil.example").response.result_int(), 403u);
  EXPECT_EQ(Client(port, "/ws/no").response.result_int(), 403u);
  EXPECT_EQ(Client(port, "/nowhere").response.result_int(), 404u);
  LoopbackClient plain(port);
  ASSERT_TRUE(plain.send("GET /ws/x HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(plain.receive_http().status, 426);
  ASSERT_TRUE(plain.send("GET /plain HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"));
  EXPECT_EQ(plain.receive_http().body, "plain");
}

TEST_F(WebSocketTest, chooses_a_protocol_both_know) {
  WebSocketOptions options;
  options.protocols = {"mqtt", "azud"};
  start(options);
  Client client(server_->port(), "/ws/x", "", "azud, mqtt");
  ASSERT_FALSE(client.error);
  EXPECT_EQ(client.response["Sec-WebSocket-Protocol"], "mqtt");
}

TEST_F(WebSocketTest, too_long_messages_and_silent_clients_are_closed) {
  WebSocketOptions options;
  options.message_bytes_max = 100;
  options.idle_timeout_ms = 30;
  start(options);
  Client client(server_->port(), "/ws/x");
  ASSERT_FALSE(client.error);
  client.read();
  client.stream().write(asio::buffer(std::string(101, 'x')));
  client.read();
  EXPECT_EQ(client.stream().reason().code, beast::websocket::close_code::too_big);
  EXPECT_TRUE(wait_closed(1));
  Client silent(server_->port(), "/ws/y");  // does not read, so it answers no ping
  ASSERT_FALSE(silent.error);
  EXPECT_TRUE(wait_closed(2));
}

TEST_F(WebSocketTest, stop_closes_sessions) {
  start();
  Client client(server_->port(), "/ws/x");
  ASSERT_FALSE(client.error);
  EXPECT_EQ(client.read(), "hello x");
  const auto to = session();
  ASSERT_TRUE(to);
  server_->stop();
  EXPECT_EQ(closed_, 1);
  to->send_text("late");
  client.read();
  EXPECT_TRUE(client.error);
}

}  // namespace
}  // namespace azud::io
