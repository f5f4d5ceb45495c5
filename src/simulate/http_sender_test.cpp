#include "simulate/http_sender.h"

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/http_server.h"
#include "simulate/runner.h"

namespace azud::simulate {
namespace {

/// `count` messages of five keys, every third to OK; the value is `key:number`.
class Counted final : public EventSource {
 public:
  explicit Counted(int count) : count_(count) {}
  std::span<const std::string> topics() const override { return topics_; }
  uint32_t key_slots() const override { return 5; }
  double nominal_rate() const override { return 0; }
  bool next(Event& event) override {
    if (made_ == count_) return false;
    const auto key = static_cast<uint32_t>(made_ % 5);
    value_ = fmt::format("{}:{}", key, made_);
    event = {.topic = made_ % 3 == 0 ? 1U : 0U, .key_slot = key, .value = value_};
    ++made_;
    return true;
  }

 private:
  std::vector<std::string> topics_{"ENTRY", "OK"};
  int count_;
  int made_ = 0;
  std::string value_;
};

/// An ingress that notes what it stored, key by key, and can misbehave.
class HttpSenderTest : public testing::Test {
 protected:
  HttpSenderTest() {
    router_.add(io::HttpMethod::post, "/topics/{topic}/messages",
                [this](const io::HttpRequest& request, io::HttpResponder responder) {
                  const int number = ++requests_;
                  const std::string value(request.body());
                  if (misbehave_ && misbehave_(number, value, responder)) return;
                  EXPECT_EQ(request.path_parameter("topic"),
                            std::stoi(value.substr(value.find(':') + 1)) % 3 == 0 ? "OK" : "ENTRY");
                  {
                    const MutexLock lock(mutex_);
                    stored_[value.substr(0, value.find(':'))].push_back(std::stoi(value.substr(value.find(':') + 1)));
                  }
                  responder.send(io::HttpResponse::json("{}"));
                });
    auto started = io::HttpServer::start(loops_, {"127.0.0.1:0"}, router_);
    EXPECT_TRUE(started.has_value());
    server_ = std::move(*started);
  }
  ~HttpSenderTest() override { server_->stop(); }

  Result<RunResult> go(int count, std::size_t connections = 3) {
    Counted source(count);
    TRY_ASSIGN(const auto sender,
               HttpSender::open(
                   {.address = fmt::format("127.0.0.1:{}", server_->port()), .connections = connections, .lane_max = 8},
                   source, clock_));
    return run(source, *sender, {}, clock_, stop_, {});
  }

  void expect_all_in_order(int count) {
    const MutexLock lock(mutex_);
    for (int key = 0; key < 5; ++key) {
      std::vector<int> expected;
      for (int number = key; number < count; number += 5) expected.push_back(number);
      EXPECT_EQ(stored_[std::to_string(key)], expected);
    }
  }

  io::EventLoops loops_{2};
  io::HttpRouter router_;
  std::unique_ptr<io::HttpServer> server_;
  io::SystemClock clock_;
  std::atomic<bool> stop_{false};
  std::atomic<int> requests_{0};
  std::function<bool(int number, const std::string& value, io::HttpResponder& responder)> misbehave_;
  Mutex mutex_;
  std::map<std::string, std::vector<int>> stored_;
};

TEST_F(HttpSenderTest, KeepsTheOrderOfEachKey) {
  const auto result = go(1000);
  ASSERT_TRUE(result.has_value()) << result.error().to_text();
  EXPECT_EQ(result->counts.acknowledged, 1000U);
  EXPECT_EQ(result->counts.repeated, 0U);
  EXPECT_EQ(result->latency.count(), 1000U);
  expect_all_in_order(1000);
}

TEST_F(HttpSenderTest, WaitsWhileTheServerHasNoRoom) {
  misbehave_ = [](int number, const std::string&, io::HttpResponder& responder) {
    if (number > 4) return false;
    responder.send(io::HttpResponse::json(R"({"error":"log full"})", 503));
    return true;
  };
  const auto result = go(100);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->counts.acknowledged, 100U);
  EXPECT_EQ(result->counts.repeated, 0U);
  expect_all_in_order(100);
}

TEST_F(HttpSenderTest, SendsAgainWhatWasNotAnswered) {
  Mutex mutex;
  std::set<std::string> failed;
  misbehave_ = [&](int, const std::string& value, io::HttpResponder& responder) {
    const MutexLock lock(mutex);
    if (!value.ends_with('7') || !failed.insert(value).second) return false;  // the first time of each such message
    io::HttpResponse response = io::HttpResponse::json("{}", 502);
    response.close = true;
    responder.send(std::move(response));
    return true;
  };
  const auto result = go(50);
  ASSERT_TRUE(result.has_value()) << result.error().to_text();
  EXPECT_EQ(result->counts.acknowledged, 50U);
  EXPECT_EQ(result->counts.repeated, 5U);
  expect_all_in_order(50);
}

TEST_F(HttpSenderTest, ARefusedMessageIsNotSentAgain) {
  misbehave_ = [](int number, const std::string&, io::HttpResponder& responder) {
    if (number != 1) return false;
    responder.send(io::HttpResponse::json(R"({"error":"not a reading"})", 400));
    return true;
  };
  const auto result = go(20, 1);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->counts.refused, 1U);
  EXPECT_EQ(result->counts.acknowledged, 19U);
  EXPECT_EQ(requests_, 20);
}

TEST_F(HttpSenderTest, SaysWhatIsUnanswered) {
  Counted source(1);
  const auto sender = HttpSender::open({.address = "127.0.0.1:1", .connections = 1}, source, clock_);
  ASSERT_TRUE(sender.has_value());
  Event event;
  ASSERT_TRUE(source.next(event));
  ASSERT_TRUE(*(*sender)->send(event));
  const auto finished = (*sender)->finish(120);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code(), Code::unavailable);
  EXPECT_NE(finished.error().message().find("1 messages not answered"), std::string::npos);
}

}  // namespace
}  // namespace azud::simulate
