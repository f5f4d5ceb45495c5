#include "connect/http/pixy_routes.h"

#include <gtest/gtest.h>

#include "io/http_server.h"
#include "io/test/loopback_client.h"
#include "kafka/wire/partitioner.h"
#include "log/log_fixture.h"

namespace azud::connect {
namespace {

using Answer = io::LoopbackClient::HttpAnswer;

struct Stored {
  std::optional<std::string> key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
};

class PixyRoutesTest : public log::LogFixture {
 protected:
  void SetUp() override { open(); }
  void TearDown() override {
    server_.reset();
    appender_.reset();
    log_.reset();  // its last answers still find the loops
    loops_.stop();
  }

  void start(PixyOptions options = {}) {
    appender_ = std::make_unique<RecordAppender>(*log_, clock_, loops_);
    dead_letters_ = std::make_unique<DeadLetters>(*log_, clock_);
    routes_ = std::make_unique<PixyRoutes>(*log_, *appender_, *dead_letters_, std::move(options));
    router_ = io::HttpRouter();
    routes_->add_to(router_);
    auto started = io::HttpServer::start(loops_, {"127.0.0.1:0"}, router_);
    ASSERT_TRUE(started) << started.error().to_text();
    server_ = *std::move(started);
  }

  PixyOptions with_reading_format(const std::string& topic) {
    PixyOptions options;
    options.formats[topic] = *IngestFormat::create(
        {{{"id", IngestType::int32, {}}, {"flag", IngestType::boolean, {}}, {"t", IngestType::float64, {}}}, "id"});
    return options;
  }

  Answer ask(const std::string& method, const std::string& target, const std::string& body = "",
             const std::string& headers = "Content-Type: application/json\r\n") {
    io::LoopbackClient client(server_->port());
    client.send(fmt::format("{} {} HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", method, target, headers,
                            body.size(), body));
    return client.receive_http();
  }

  std::vector<Stored> stored(const std::string& topic, std::size_t number = 0) {
    std::vector<Stored> all;
    const auto from = partition(topic, number);
    if (!from) return all;
    const auto batches = from->read(from->log_start(), 64 << 20);
    EXPECT_TRUE(batches) << batches.error().to_text();
    for (const auto& stored_batch : *batches) {
      const auto batch = kafka::BatchView::parse(stored_batch.bytes.view());
      EXPECT_TRUE(batch);
      kafka::RecordReader reader;
      EXPECT_TRUE(reader.open(*batch));
      kafka::RecordView record;
      while (reader.next(record)) {
        Stored& each = all.emplace_back();
        if (record.key) each.key = *record.key;
        each.value = record.value.value_or("(null)");
        kafka::HeaderReader headers(record);
        kafka::HeaderView header;
        while (headers.next(header)) each.headers.emplace_back(header.key, header.value.value_or("(null)"));
      }
    }
    return all;
  }

  io::EventLoops loops_{2};
  std::unique_ptr<RecordAppender> appender_;
  std::unique_ptr<DeadLetters> dead_letters_;
  std::unique_ptr<PixyRoutes> routes_;
  io::HttpRouter router_;
  std::unique_ptr<io::HttpServer> server_;
};

TEST_F(PixyRoutesTest, answers_once_the_record_is_in_the_log) {
  ASSERT_TRUE(create("t"));
  start();
  const Answer plain = ask("POST", "/topics/t/messages", "hello", "Content-Type: text/plain\r\n");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.body, "{}");
  const Answer sync = ask("POST", "/clusters/default/topics/t/messages?sync&key=k%201", R"({"a":1})");
  EXPECT_EQ(sync.body, R"({"partition":0,"offset":1})");
  EXPECT_EQ(ask("POST", "/proxies/p/topics/t/messages?key=", "x").status, 200);
  const auto records = stored("t");
  ASSERT_EQ(records.size(), 3u);
  EXPECT_FALSE(records[0].key);
  EXPECT_EQ(records[0].value, "hello");
  EXPECT_EQ(records[1].key, "k 1");
  EXPECT_EQ(records[1].value, R"({"a":1})");
  EXPECT_EQ(records[2].key, "");
}

TEST_F(PixyRoutesTest, takes_the_message_of_a_form_and_record_headers) {
  ASSERT_TRUE(create("t"));
  start();
  const std::string form = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
  EXPECT_EQ(ask("POST", "/topics/t/messages", "a=b&msg=May+the%20Force", form).status, 200);
  const Answer without = ask("POST", "/topics/t/messages", "42,true", form);
  EXPECT_EQ(without.status, 400);
  EXPECT_NE(without.body.find("text/plain"), std::string::npos);
  EXPECT_EQ(ask("POST", "/topics/t/messages", "x", "X-Kafka-Trace: YWJj\r\nx-kafka-b: \r\n").status, 200);
  const Answer bad = ask("POST", "/topics/t/messages", "x", "X-Kafka-Trace: %%%\r\n");
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find("X-Kafka-Trace"), std::string::npos);
  const auto records = stored("t");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].value, "May the Force");
  EXPECT_EQ(records[1].headers, (std::vector<std::pair<std::string, std::string>>{{"Trace", "abc"}, {"b", ""}}));
}

TEST_F(PixyRoutesTest, keys_choose_the_partition_as_kafka_does) {
  ASSERT_TRUE(create("t", 7));
  start();
  for (const std::string key : {"a", "b", "42959", "sensor"}) {
    const auto expected = kafka::partition_of_key(key, 7);
    EXPECT_EQ(ask("POST", "/topics/t/messages?sync&key=" + key, "x").body.substr(0, 14),
              fmt::format(R"({{"partition":{})", expected));
  }
  PixyOptions options;
  options.partitioner = IngestPartitioner::fnv1a;
  start(options);
  // 32-bit FNV-1a of "a" is 0xe40c292c.
  EXPECT_TRUE(ask("POST", "/topics/t/messages?sync&key=a", "x")
                  .body.starts_with(fmt::format(R"({{"partition":{},)", 0xe40c292cU % 7)));
}

TEST_F(PixyRoutesTest, many_connections_share_batches_and_every_record_is_there_once) {
  ASSERT_TRUE(create("t"));
  start();
  std::vector<io::LoopbackClient> clients;
  for (int c = 0; c < 20; ++c) clients.emplace_back(server_->port());
  for (int i = 0; i < 10; ++i) {
    for (int c = 0; c < 20; ++c) {
      const std::string body = fmt::format("{}-{}", c, i);
      clients[static_cast<std::size_t>(c)].send(fmt::format(
          "POST /topics/t/messages?sync HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    }
  }
  std::vector<std::pair<int64_t, std::string>> answered;
  for (int c = 0; c < 20; ++c) {
    for (int i = 0; i < 10; ++i) {
      const std::string body = clients[static_cast<std::size_t>(c)].receive_http().body;
      ASSERT_TRUE(body.starts_with(R"({"partition":0,"offset":)")) << body;
      answered.emplace_back(std::stoll(body.substr(24)), fmt::format("{}-{}", c, i));
    }
  }
  const auto records = stored("t");
  ASSERT_EQ(records.size(), 200u);
  for (const auto& [offset, value] : answered) EXPECT_EQ(records[static_cast<std::size_t>(offset)].value, value);
  // A connection's requests keep their order.
  std::vector<int> next(20, 0);
  for (const auto& record : records) {
    const auto c = static_cast<std::size_t>(std::stoi(record.value));
    EXPECT_EQ(record.value, fmt::format("{}-{}", c, next[c]++));
  }
}

TEST_F(PixyRoutesTest, a_format_normalises_and_gives_the_key) {
  ASSERT_TRUE(create("ENTRY"));
  ASSERT_TRUE(create("other"));
  start(with_reading_format("ENTRY"));
  for (const char* body : {"7,true,25.50", R"({"7","TRUE","25.50"})", R"({"t":"25.50","flag":true,"id":"7"})"}) {
    EXPECT_EQ(ask("POST", "/topics/ENTRY/messages", body).body, "{}");
  }
  EXPECT_EQ(ask("POST", "/topics/other/messages", "anything").status, 200);
  const auto records = stored("ENTRY");
  ASSERT_EQ(records.size(), 3u);
  for (const auto& record : records) {
    EXPECT_EQ(record.key, "7");
    EXPECT_EQ(record.value, "7,true,25.50");
  }
}

TEST_F(PixyRoutesTest, what_does_not_fit_is_400_and_kept_in_the_dead_letters) {
  ASSERT_TRUE(create("ENTRY"));
  start(with_reading_format("ENTRY"));
  const Answer answer = ask("POST", "/topics/ENTRY/messages", "7,perhaps,25.5");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"error":"field flag: expected true or false, found 'perhaps'"})");
  EXPECT_EQ(ask("POST", "/topics/ENTRY/messages", "x").status, 400);
  EXPECT_TRUE(stored("ENTRY").empty());
  const auto letters = stored("ENTRY.dlq");
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0].value, "7,perhaps,25.5");
  const std::map<std::string, std::string> headers(letters[0].headers.begin(), letters[0].headers.end());
  EXPECT_EQ(headers.at("azud.reason"), "field flag: expected true or false, found 'perhaps'");
  EXPECT_EQ(headers.at("azud.topic"), "ENTRY");
  EXPECT_TRUE(headers.at("azud.source").starts_with("http ingress, from 127.0.0.1:"));
}

TEST_F(PixyRoutesTest, after_stop_nothing_reaches_the_log) {
  ASSERT_TRUE(create("t"));
  start();
  EXPECT_EQ(ask("POST", "/topics/t/messages", "a").status, 200);
  appender_->stop();
  const Answer late = ask("POST", "/topics/t/messages", "b");
  EXPECT_EQ(late.status, 503);
  EXPECT_NE(late.head.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(stored("t").size(), 1u);
}

TEST_F(PixyRoutesTest, lists_and_shows_topics) {
  ASSERT_TRUE(create("b", 2, {{"retention.ms", "1000"}}));
  ASSERT_TRUE(create("a"));
  start();
  EXPECT_EQ(ask("GET", "/topics").body, R"(["a","b"])");
  const std::string partitions = R"("partitions":[{"partition":0,"leader":1,"replicas":[1],"isr":[1]},)"
                                 R"({"partition":1,"leader":1,"replicas":[1],"isr":[1]}])";
  EXPECT_EQ(ask("GET", "/topics/b").body,
            R"({"config":{"version":1,"config":{"retention.ms":"1000"}},)" + partitions + "}");
  EXPECT_EQ(
      ask("GET", "/topics?withConfig").body,
      R"({"a":{"config":{"version":1,"config":{}}},"b":{"config":{"version":1,"config":{"retention.ms":"1000"}}}})");
  EXPECT_EQ(ask("GET", "/topics/nope").status, 404);
}

TEST_F(PixyRoutesTest, errors_are_json_with_the_agreed_statuses) {
  ASSERT_TRUE(create("small", 1, {{"max.message.bytes", "1000"}}));
  start();
  const Answer unknown = ask("POST", "/topics/nope/messages", "x");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, R"({"error":"there is no topic nope"})");
  const Answer large = ask("POST", "/topics/small/messages", std::string(1001, 'x'));
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(ask("PUT", "/topics/small/messages", "x").status, 405);
  EXPECT_EQ(ask("GET", "/_ping").body, "pong");
  EXPECT_EQ(ask("GET", "/-/healthy").status, 200);
  EXPECT_EQ(ask("GET", "/-/ready").status, 200);
}

}  // namespace
}  // namespace azud::connect
