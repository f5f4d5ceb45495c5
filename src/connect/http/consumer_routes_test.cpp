#include "connect/http/consumer_routes.h"

#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "base/base64.h"
#include "io/http_server.h"
#include "io/test/loopback_client.h"
#include "log/log_fixture.h"

namespace azud::connect {
namespace {

/// Keeps positions in memory.
class Offsets final : public GroupPositions {
 public:
  std::optional<Position> find(std::string_view group, const log::TopicView& topic, int32_t partition) const override {
    const std::lock_guard lock(mutex_);
    const auto found = stored_.find({std::string(group), topic.topic->name(), partition});
    return found == stored_.end() ? std::nullopt : std::optional(found->second);
  }
  void store(std::string_view group, const log::TopicPtr& topic, std::vector<Position> positions, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      for (const auto& each : positions) stored_[{std::string(group), topic->topic->name(), each.partition}] = each;
    }
    done({});
  }
  int64_t of(const std::string& group, const std::string& topic, int32_t partition) const {
    const std::lock_guard lock(mutex_);
    const auto found = stored_.find({group, topic, partition});
    return found == stored_.end() ? -1 : found->second.offset;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int32_t>, Position> stored_;
};

class ConsumerRoutesTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(create("t"));
  }
  void TearDown() override {
    server_.reset();
    loops_.stop();
  }

  void start(ConsumerOptions options = {}) {
    routes_ = std::make_unique<ConsumerRoutes>(*log_, offsets_, clock_, loops_, options);
    routes_->add_to(router_);
    auto started = io::HttpServer::start(loops_, {"127.0.0.1:0"}, router_);
    ASSERT_TRUE(started) << started.error().to_text();
    server_ = *std::move(started);
  }

  io::LoopbackClient::HttpAnswer ask(const std::string& method, const std::string& target,
                                     const std::string& body = "") {
    io::LoopbackClient client(server_->port());
    client.send(
        fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", method, target, body.size(), body));
    return client.receive_http();
  }

  /// "value@offset" of the message that a group gets, or the status.
  std::string get(const std::string& group, const std::string& more = "") {
    return shown(ask("GET", "/topics/t/messages?group=" + group + more));
  }
  static std::string shown(const io::LoopbackClient::HttpAnswer& answer) {
    if (answer.status != 200) return std::to_string(answer.status);
    const auto text = [&](std::string_view name) {
      const auto at = answer.body.find(fmt::format(R"("{}":)", name)) + name.size() + 3;
      return answer.body.substr(at, answer.body.find_first_of(",}", at) - at);
    };
    std::string value = text("value"), decoded;
    EXPECT_TRUE(read_base64(value.substr(1, value.size() - 2), decoded));
    return decoded + "@" + text("offset");
  }

  Offsets offsets_;
  io::EventLoops loops_{2};
  io::HttpRouter router_;
  std::unique_ptr<ConsumerRoutes> routes_;
  std::unique_ptr<io::HttpServer> server_;
};

TEST_F(ConsumerRoutesTest, gives_one_message_after_the_other_and_stores_the_position) {
  ASSERT_TRUE(append("t", {"a", "b", "c"}));
  start();
  EXPECT_EQ(ask("GET", "/clusters/x/topics/t/messages?group=g").body,
            R"({"key":null,"value":"YQ==","partition":0,"offset":0,"headers":[]})");
  EXPECT_EQ(get("g"), "b@1");
  EXPECT_EQ(offsets_.of("g", "t", 0), 2);
  EXPECT_EQ(get("other"), "a@0");
  EXPECT_EQ(get("g"), "c@2");
  EXPECT_EQ(ask("GET", "/topics/t/consumers").body, R"({"g":{"azud":[0]},"other":{"azud":[0]}})");
  EXPECT_EQ(ask("GET", "/topics/t/consumers?group=g").body, R"({"g":{"azud":[0]}})");
}

TEST_F(ConsumerRoutesTest, a_request_waits_for_a_message_or_for_408) {
  ConsumerOptions options;
  options.long_poll_ms = 30;
  start(options);
  EXPECT_EQ(get("g"), "408");
  routes_.reset();
  router_ = io::HttpRouter();
  options.long_poll_ms = 10'000;
  start(options);
  io::LoopbackClient first(server_->port()), second(server_->port());
  for (auto* client : {&first, &second}) client->send("GET /topics/t/messages?group=g HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(append("t", {"one"}));
  ASSERT_TRUE(append("t", {"two"}));
  std::vector<std::string> got{shown(first.receive_http()), shown(second.receive_http())};
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, (std::vector<std::string>{"one@0", "two@1"}));
}

TEST_F(ConsumerRoutesTest, what_is_not_acknowledged_is_offered_again) {
  ASSERT_TRUE(append("t", {"a", "b", "c"}));
  ConsumerOptions options;
  options.long_poll_ms = 1;
  start(options);
  EXPECT_EQ(get("g", "&noAck"), "a@0");
  EXPECT_EQ(get("g", "&noAck"), "b@1");
  EXPECT_EQ(get("g", "&ackPartition=0&ackOffset=1"), "c@2");
  EXPECT_EQ(ask("POST", "/topics/t/acks?group=g&partition=0&offset=2").status, 200);
  EXPECT_EQ(offsets_.of("g", "t", 0), 0);  // a is still missing
  EXPECT_EQ(ask("POST", "/topics/t/acks?group=g&partition=0&offset=2").status, 404);
  EXPECT_EQ(get("g"), "408");
  for (int i = 0; i < 30; ++i) {  // asking now and then keeps the session
    clock_.advance_ms(10'000);
    if (i < 29) {
      EXPECT_EQ(get("g"), "408");
    }
  }
  EXPECT_EQ(get("g"), "a@0");
  EXPECT_EQ(offsets_.of("g", "t", 0), 3);
}

TEST_F(ConsumerRoutesTest, a_group_that_went_away_begins_where_it_had_acknowledged) {
  ASSERT_TRUE(append("t", {"a", "b"}));
  start();
  EXPECT_EQ(get("g"), "a@0");
  EXPECT_EQ(get("g", "&noAck"), "b@1");
  clock_.advance_ms(16'000);
  EXPECT_EQ(get("g"), "b@1");
}

TEST_F(ConsumerRoutesTest, too_many_unacknowledged_messages_make_it_wait) {
  ASSERT_TRUE(append("t", {"a", "b", "c"}));
  ConsumerOptions options;
  options.long_poll_ms = 1;
  options.reader.pending_max = 2;
  start(options);
  EXPECT_EQ(get("g", "&noAck"), "a@0");
  EXPECT_EQ(get("g", "&noAck"), "b@1");
  EXPECT_EQ(get("g", "&noAck"), "408");
  EXPECT_EQ(ask("POST", "/topics/t/acks?group=g&partition=0&offset=0").status, 200);
  EXPECT_EQ(get("g", "&noAck"), "c@2");
}

TEST_F(ConsumerRoutesTest, shows_and_stores_offsets) {
  ASSERT_TRUE(append("t", {"a", "b", "c"}));
  start();
  EXPECT_EQ(ask("GET", "/topics/t/offsets?group=g").body,
            R"([{"partition":0,"begin":0,"end":3,"count":3,"offset":-1,"lag":3}])");
  EXPECT_EQ(get("g"), "a@0");
  EXPECT_EQ(ask("POST", "/topics/t/offsets?group=g", R"([{"partition":0,"offset":2,"metadata":"m"}])").body, "{}");
  EXPECT_EQ(ask("GET", "/topics/t/offsets?group=g").body,
            R"([{"partition":0,"begin":0,"end":3,"count":3,"offset":2,"lag":1,"metadata":"m"}])");
  EXPECT_EQ(get("g"), "c@2");
  for (const char* bad :
       {"", "{}", "[]", "[1]", R"([{"partition":1,"offset":0}])", R"([{"partition":0,"offset":"x"}])"}) {
    EXPECT_EQ(ask("POST", "/topics/t/offsets?group=g", bad).status, 400) << bad;
  }
}

TEST_F(ConsumerRoutesTest, refuses_what_it_cannot_do) {
  start();
  EXPECT_EQ(ask("GET", "/topics/t/messages").status, 400);
  EXPECT_EQ(ask("GET", "/topics/nope/messages?group=g").status, 404);
  EXPECT_EQ(ask("GET", "/topics/t/messages?group=g&ackPartition=x&ackOffset=1").status, 400);
  EXPECT_EQ(ask("POST", "/topics/t/acks?group=g").status, 400);
}

TEST_F(ConsumerRoutesTest, groups_that_read_at_a_time_are_bounded) {
  ASSERT_TRUE(append("t", {"a"}));
  ConsumerOptions options;
  options.sessions_max = 2;
  start(options);
  EXPECT_EQ(get("g"), "a@0");
  EXPECT_EQ(get("h"), "a@0");
  EXPECT_EQ(get("i"), "429");
  EXPECT_EQ(ask("POST", "/topics/t/acks?group=i&partition=0&offset=0").status, 404);
  EXPECT_EQ(ask("POST", "/topics/t/acks?group=h&partition=0&offset=0").status, 404);
  clock_.advance_ms(16'000);
  EXPECT_EQ(get("i"), "a@0");
}

TEST_F(ConsumerRoutesTest, a_batch_of_many_messages_is_given_one_by_one) {
  std::vector<std::string> values;
  for (int i = 0; i < 3000; ++i) values.push_back(std::to_string(i));
  ASSERT_TRUE(append(partition("t"), batch_of(values, {.codec = kafka::Codec::gzip})));
  start();
  io::LoopbackClient client(server_->port());
  for (int i = 0; i < 3000; ++i) {
    client.send("GET /topics/t/messages?group=g HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_EQ(shown(client.receive_http()), fmt::format("{0}@{0}", i));
  }
}

TEST_F(ConsumerRoutesTest, metadata_of_offsets_has_kafkas_bound) {
  start();
  const auto store = [&](std::size_t bytes) {
    const auto body = fmt::format(R"([{{"partition":0,"offset":0,"metadata":"{}"}}])", std::string(bytes, 'm'));
    return ask("POST", "/topics/t/offsets?group=g", body).status;
  };
  EXPECT_EQ(store(4096), 200);
  EXPECT_EQ(store(4097), 413);
}

}  // namespace
}  // namespace azud::connect
