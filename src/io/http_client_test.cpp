#include "io/http_client.h"

#include <atomic>
#include <future>
#include <latch>

#include <gtest/gtest.h>

#include "io/http_server.h"

namespace azud::io {
namespace {

struct Answer {
  int status = 0;
  std::string body;
  std::string error;
};

std::future<Answer> ask(HttpClient& client, const HttpClientRequest& request, std::size_t connection = 0) {
  auto promise = std::make_shared<std::promise<Answer>>();
  client.request(connection, request, [promise](const Result<HttpClientResponse>& response) {
    if (response) {
      promise->set_value({response->status, std::string(response->body), ""});
    } else {
      promise->set_value({0, "", response.error().to_text()});
    }
  });
  return promise->get_future();
}

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() {
    const auto echo = [](const HttpRequest& request, HttpResponder responder) {
      HttpResponse response =
          HttpResponse::text(fmt::format("{} {} {} {}", to_string(request.method()), request.target(),
                                         request.header("x").value_or("-"), request.body()));
      response.headers.emplace_back("X-Answer", "yes");
      responder.send(std::move(response));
    };
    router_.add(HttpMethod::get, "/echo", echo);
    router_.add(HttpMethod::post, "/echo", echo);
    router_.add(HttpMethod::get, "/close", [](const HttpRequest&, HttpResponder responder) {
      HttpResponse response = HttpResponse::text("bye");
      response.close = true;
      responder.send(std::move(response));
    });
    router_.add(HttpMethod::get, "/large", [](const HttpRequest&, HttpResponder responder) {
      responder.send(HttpResponse::text(std::string(2'000'000, 'L')));
    });
    router_.add(HttpMethod::get, "/never",
                [this](const HttpRequest&, HttpResponder responder) { kept_.push_back(std::move(responder)); });
    start_server("127.0.0.1:0");
    port_ = server_->port();
  }

  void start_server(const std::string& address) {
    auto started = HttpServer::start(loops_, {address}, router_);
    ASSERT_TRUE(started) << started.error().to_text();
    server_ = *std::move(started);
  }

  std::unique_ptr<HttpClient> client(std::size_t connections = 1, HttpClientOptions options = {}) {
    return *HttpClient::create(loops_, fmt::format("127.0.0.1:{}", port_), connections, options);
  }

  EventLoops loops_{2};
  HttpRouter router_;
  std::vector<HttpResponder> kept_;
  std::unique_ptr<HttpServer> server_;
  uint16_t port_ = 0;
};

TEST_F(HttpClientTest, sends_and_gets_answers) {
  const auto http = client();
  const HttpHeader headers[] = {{"X", "1"}};
  const Answer get = ask(*http, {.target = "/echo?q", .headers = headers}).get();
  EXPECT_EQ(get.status, 200) << get.error;
  EXPECT_EQ(get.body, "GET /echo?q 1 ");
  EXPECT_EQ(
      ask(*http, {.method = HttpMethod::post, .target = "/echo", .content_type = "text/plain", .body = "b"}).get().body,
      "POST /echo - b");
  EXPECT_EQ(ask(*http, {.method = HttpMethod::head, .target = "/echo"}).get().body, "");
  EXPECT_EQ(ask(*http, {.target = "/nope"}).get().status, 404);
  EXPECT_EQ(ask(*http, {.target = "/large"}).get().body.size(), 2'000'000u);
  EXPECT_EQ(ask(*http, {.target = "/echo"}).get().status, 200);
  EXPECT_EQ(server_->connection_count(), 1u);
}

TEST_F(HttpClientTest, answers_keep_the_order_of_a_connection) {
  HttpClientOptions options;
  options.pipeline_depth = 16;
  const auto http = client(3, options);
  std::vector<std::vector<int>> seen(3);
  std::latch done(900);
  for (int i = 0; i < 300; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const std::string body = std::to_string(i);
      http->request(c, {.method = HttpMethod::post, .target = "/echo", .body = body},
                    [&seen, &done, c](const Result<HttpClientResponse>& response) {
                      seen[c].push_back(response ? std::stoi(std::string(response->body.substr(13))) : -1);
                      done.count_down();
                    });
    }
  }
  done.wait();
  for (const auto& order : seen) {
    for (int i = 0; i < 300; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST_F(HttpClientTest, comes_back_after_the_server_closed) {
  const auto http = client();
  auto first = ask(*http, {.target = "/close"});
  auto second = ask(*http, {.target = "/echo"});
  EXPECT_EQ(first.get().body, "bye");
  EXPECT_EQ(second.get().status, 200);
}

TEST_F(HttpClientTest, reports_that_nobody_listens_and_connects_once_somebody_does) {
  HttpClientOptions options;
  options.backoff_ms_min = 1;
  options.backoff_ms_max = 2;
  const auto http = client(1, options);
  server_->stop();
  const Answer refused = ask(*http, {.target = "/echo"}).get();
  EXPECT_NE(refused.error.find("refused"), std::string::npos) << refused.error;
  EXPECT_NE(refused.error.find(std::to_string(port_)), std::string::npos);
  start_server(fmt::format("127.0.0.1:{}", port_));
  Answer answer;
  for (int i = 0; i < 1000 && answer.status == 0; ++i) answer = ask(*http, {.target = "/echo"}).get();
  EXPECT_EQ(answer.status, 200);
}

TEST_F(HttpClientTest, a_request_without_answer_times_out) {
  HttpClientOptions options;
  options.request_timeout_ms = 20;
  const auto http = client(1, options);
  EXPECT_NE(ask(*http, {.target = "/never"}).get().error.find("no answer in time"), std::string::npos);
  Answer answer;
  for (int i = 0; i < 1000 && answer.status == 0; ++i) answer = ask(*http, {.target = "/echo"}).get();
  EXPECT_EQ(answer.status, 200);
}

TEST_F(HttpClientTest, refuses_more_than_the_queue_holds_and_stop_answers_all) {
  HttpClientOptions options;
  options.queue_max = 2;
  const auto http = client(1, options);
  auto sent = ask(*http, {.target = "/never"});
  std::vector<std::future<Answer>> more;
  for (int i = 0; i < 6; ++i) more.push_back(ask(*http, {.target = "/echo"}));
  EXPECT_NE(more.back().get().error.find("too many"), std::string::npos);
  more.pop_back();
  http->stop();
  EXPECT_NE(sent.get().error.find("stop"), std::string::npos);
  for (auto& each : more) EXPECT_FALSE(each.get().error.empty());
  EXPECT_FALSE(ask(*http, {.target = "/echo"}).get().error.empty());
}

TEST_F(HttpClientTest, a_connection_that_is_not_made_yet_can_be_given_up) {
  HttpClientOptions options;
  options.connect_timeout_ms = 0;
  for (int i = 0; i < 50; ++i) {
    const auto stopped = client();
    auto sent = ask(*stopped, {.target = "/never"});
    stopped->stop();
    EXPECT_NE(sent.get().error.find("stop"), std::string::npos);
    const Answer hasty = ask(*client(1, options), {.target = "/echo"}).get();
    EXPECT_TRUE(hasty.status == 200 || !hasty.error.empty());
  }
}

TEST_F(HttpClientTest, finds_hosts_by_name) {
  const auto http = *HttpClient::create(loops_, fmt::format("localhost:{}", port_), 1);
  EXPECT_EQ(ask(*http, {.target = "/echo"}).get().status, 200);
  EXPECT_FALSE(HttpClient::create(loops_, ":80", 1));
  EXPECT_FALSE(HttpClient::create(loops_, "x", 1));
}

}  // namespace
}  // namespace azud::io
