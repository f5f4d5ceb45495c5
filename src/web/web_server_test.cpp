#include "web/web_server.h"

#include <gtest/gtest.h>

#include "log/log_fixture.h"
#include "web/testing/fake_alarms.h"
#include "web/testing/live_client.h"

namespace azud::web {
namespace {

constexpr std::string_view dashboard = R"(uid: overview
title: Sensors
panels:
  - type: map
    id: world
    grid: {x: 0, y: 0, w: 24, h: 9}
    query: {source: entities, topic: C, id: id, geohash: g, zone: z, label: "{name}", alarms: true}
)";

class WebServerTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    auto started = WebServer::start(loops_, {"127.0.0.1:0"},
                                    {.clock = system_clock_,
                                     .log = *log_,
                                     .dashboards = dashboards_,
                                     .alarms = &alarms_,
                                     .title = "test",
                                     .version = "1.2.3",
                                     .home = "overview"});
    ASSERT_TRUE(started) << started.error().to_text();
    server_ = *std::move(started);
  }
  void TearDown() override {
    server_.reset();
    loops_.stop();
  }

  io::LoopbackClient::HttpAnswer ask(const std::string& method, const std::string& target, const std::string& body = "",
                                     const std::string& headers = "") {
    io::LoopbackClient client(server_->port());
    client.send(fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n{}\r\n{}", method, target,
                            server_->port(), body.size(), headers, body));
    return client.receive_http();
  }
  Json get(const std::string& target, int status = 200) {
    const auto answer = ask("GET", target);
    EXPECT_EQ(answer.status, status) << target << " " << answer.body;
    return Json::parse(answer.body, nullptr, false);
  }
  void write(const std::string& topic, const std::string& key, const std::string& value) {
    kafka::BatchBuilder builder;
    builder.add(clock_.wall_ms(), key, value);
    ASSERT_TRUE(append(partition(topic), builder.finish()));
  }

  io::SystemClock system_clock_;
  Dashboards dashboards_{std::vector<std::pair<std::string, std::string>>{{"overview.yaml", std::string(dashboard)},
                                                                          {"bad.yaml", "uid: 7\n"}}};
  FakeAlarms alarms_;
  io::EventLoops loops_{1};
  std::unique_ptr<WebServer> server_;
};

TEST_F(WebServerTest, status_and_probes) {
  const Json status = get("/api/status");
  EXPECT_EQ(status["title"], "test");
  EXPECT_EQ(status["version"], "1.2.3");
  EXPECT_EQ(to_text(status["features"]), R"(["dashboards","topics","alarms"])");
  EXPECT_GT(status["memory_bytes"], 1'000'000);
  EXPECT_EQ(ask("GET", "/-/healthy").status, 200);
  EXPECT_EQ(ask("GET", "/-/ready").status, 200);
}

TEST_F(WebServerTest, errors_say_what_and_how) {
  EXPECT_EQ(get("/api/nothing", 404)["error"]["code"], "not_found");
  EXPECT_EQ(get("/api/topics/NONE", 404)["error"]["message"], "there is no topic NONE");
  EXPECT_EQ(get("/api/jobs", 501)["error"]["code"], "unsupported");
  EXPECT_EQ(get("/api/alarms?state=odd", 400)["error"]["code"], "invalid");
  const auto wrong = ask("DELETE", "/api/status");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_NE(wrong.head.find("Allow:"), std::string::npos);
  const Json list = get("/api/dashboards")["dashboards"];
  EXPECT_EQ(list[0]["uid"], nullptr);
  EXPECT_TRUE(list[0]["error"]["message"].get<std::string>().starts_with("bad.yaml:1"));
  EXPECT_EQ(list[1]["uid"], "overview");
  EXPECT_EQ(get("/api/dashboards/overview")["panels"][0]["id"], "world");
}

TEST_F(WebServerTest, pages_of_other_sites_are_refused) {
  const std::string own = fmt::format("Origin: http://127.0.0.1:{}\r\n", server_->port());
  EXPECT_EQ(ask("GET", "/api/status", "", own).status, 200);
  const auto foreign = ask("POST", "/api/alarms/a1/acknowledge", "{}", "Origin: http://evil.example\r\n");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(Json::parse(foreign.body)["error"]["code"], "forbidden");
  EXPECT_FALSE(LiveClient(server_->port(), "http://evil.example").open());
  EXPECT_TRUE(LiveClient(server_->port(), fmt::format("http://127.0.0.1:{}", server_->port())).open());
}

TEST_F(WebServerTest, records_are_read_from_anywhere) {
  ASSERT_TRUE(create("T", 2));
  for (int i = 0; i < 5; ++i) {
    clock_.advance_ms(10);
    write("T", "k", std::to_string(i));
  }
  EXPECT_EQ(get("/api/topics/T")["detail"].size(), 2U);
  const Json page = get("/api/topics/T/records?partition=0&from=1&limit=2");
  EXPECT_EQ(page["records"][0]["value"]["data"], "1");
  EXPECT_EQ(to_text(page["next"]), R"({"partition":0,"offset":3})");
  EXPECT_EQ(get("/api/topics/T/records?limit=2")["records"][1]["value"]["data"], "4");
  EXPECT_EQ(get(fmt::format("/api/topics/T/records?from=@{}", clock_.wall_ms()))["records"][0]["value"]["data"], "4");
  EXPECT_EQ(get("/api/topics/T/records?from=3", 400)["error"]["message"],
            "an offset needs its partition: add partition=0 … 1");
  EXPECT_EQ(get("/api/topics/T/records?partition=7", 404)["error"]["code"], "not_found");
  EXPECT_EQ(get("/api/topics/T/records?limit=0", 400)["error"]["code"], "invalid");
}

TEST_F(WebServerTest, alarms_are_listed_counted_and_acknowledged) {
  const std::string a = alarms_.raise("1", "smoke", 1000), b = alarms_.raise("2", "heat", 2500);
  EXPECT_EQ(get("/api/alarms?state=active&type=heat")["alarms"][0]["id"], b);
  EXPECT_EQ(get("/api/alarms?limit=1")["next"], "1");
  EXPECT_EQ(to_text(get("/api/alarms/histogram?from=0&to=3000&step=1000&type=heat")["series"]),
            R"([{"name":"heat","raised":[0,0,1],"cleared":[0,0,0]}])");
  EXPECT_EQ(get("/api/alarms/histogram?from=5&to=5", 400)["error"]["code"], "invalid");

  const auto done = ask("POST", "/api/alarms/" + a + "/acknowledge", R"({"by":"Nadia","comment":"seen"})");
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(Json::parse(done.body)["state"], "ACTIVE_ACK");
  EXPECT_EQ(get("/api/alarms/" + a)["acknowledged_by"], "Nadia");
  EXPECT_EQ(ask("POST", "/api/alarms/none/acknowledge", "").status, 404);
  EXPECT_EQ(ask("POST", "/api/alarms/" + a + "/acknowledge", "{\"by\":7}").status, 400);
  const auto many = ask("POST", "/api/alarms/acknowledge", fmt::format(R"({{"ids":["{}","gone"]}})", b));
  EXPECT_EQ(Json::parse(many.body)["acknowledged"], 1);
  EXPECT_EQ(Json::parse(many.body)["failed"][0]["id"], "gone");
}

TEST_F(WebServerTest, entities_and_queries_without_a_socket) {
  ASSERT_TRUE(create("C"));
  write("C", "1", R"({"id":1,"g":"ezs42","z":"UK","name":"Ana"})");
  EXPECT_EQ(get("/api/entities?dashboard=overview&panel=world&ids=1,2")["entities"][0]["label"], "Ana");
  EXPECT_EQ(get("/api/entities?dashboard=overview&panel=no&ids=1", 404)["error"]["code"], "not_found");
  const auto answer = ask("POST", "/api/query", R"({"query":{"source":"messages","topic":"C"}})");
  EXPECT_EQ(Json::parse(answer.body)["records"][0]["key"]["data"], "1");
  EXPECT_EQ(ask("POST", "/api/query", R"({"query":{"source":"no"}})").status, 400);
}

TEST_F(WebServerTest, live_snapshot_then_deltas_then_resume) {
  ASSERT_TRUE(create("T"));
  LiveClient client(server_->port());
  ASSERT_TRUE(client.open()) << client.head();
  EXPECT_EQ(client.receive()["op"], "hello");
  client.send(R"({"op":"subscribe","id":"p1","query":{"source":"messages","topic":"T"}})");
  const Json first = client.receive("snapshot", "p1");
  EXPECT_EQ(first["kind"], "log");
  EXPECT_TRUE(first["records"].empty());
  EXPECT_EQ(client.receive("status", "p1")["state"], "live");
  write("T", "k", "one");
  const Json delta = client.receive("delta", "p1");
  EXPECT_EQ(delta["seq"], first["seq"].get<int>() + 1);
  EXPECT_EQ(delta["append"][0]["value"]["data"], "one");

  // Another client goes on where the first one is, and gets what has come since; an unknown place gives a snapshot.
  write("T", "k", "two");
  const Json second = client.receive("delta", "p1");
  LiveClient back(server_->port());
  back.send(fmt::format(
      R"({{"op":"subscribe","id":"x","query":{{"source":"messages","topic":"T"}},"resume":{{"epoch":{},"seq":{}}}}})",
      to_text(first["epoch"]), to_text(delta["seq"])));
  const Json resumed = back.receive("delta", "x");
  EXPECT_EQ(resumed["seq"], second["seq"]);
  EXPECT_EQ(resumed["append"][0]["value"]["data"], "two");
  back.send(
      R"({"op":"subscribe","id":"y","query":{"source":"messages","topic":"T"},"resume":{"epoch":"other","seq":1}})");
  EXPECT_EQ(back.receive("snapshot", "y")["records"].size(), 2U);
}

TEST_F(WebServerTest, live_pushes_alarms_and_their_end) {
  LiveClient client(server_->port());
  client.send(R"({"op":"subscribe","id":"a","query":{"source":"alarms"}})");
  EXPECT_EQ(client.receive("snapshot", "a")["total"], 0);
  const std::string id = alarms_.raise("1", "smoke", 5);
  EXPECT_EQ(client.receive("delta", "a")["upsert"][0][0], id);
  alarms_.clear(id, 6);
  EXPECT_EQ(client.receive("delta", "a")["removed"][0], id);
  client.send(R"({"op":"ping"})");
  EXPECT_GT(client.receive("pong")["now"], 1'600'000'000'000);
}

TEST_F(WebServerTest, live_refuses_with_reasons) {
  LiveClient client(server_->port());
  client.receive("hello");
  client.send("nonsense");
  EXPECT_EQ(client.receive("error")["code"], "invalid");
  client.send(R"({"op":"subscribe","id":"p","query":{"source":"nope"}})");
  const Json error = client.receive("error", "p");
  EXPECT_NE(error["message"].get<std::string>().find("unknown source"), std::string::npos);
  client.send(R"({"op":"subscribe","id":"p","query":{"source":"jobs"}})");
  EXPECT_EQ(client.receive("error", "p")["code"], "unsupported");
  client.send(R"({"op":"subscribe","id":"p","query":{"source":"status"},"range":{"last":"soon"}})");
  EXPECT_EQ(client.receive("error", "p")["code"], "invalid");
  client.send(R"({"op":"dance"})");
  EXPECT_EQ(client.receive("error")["code"], "invalid");
  for (int i = 0; i <= 64; ++i)
    client.send(fmt::format(R"({{"op":"subscribe","id":"s{}","query":{{"source":"status"}}}})", i));
  EXPECT_EQ(client.receive("error")["id"], "s64");
  client.send(R"({"op":"unsubscribe","id":"s0"})");
  client.send(R"({"op":"subscribe","id":"again","query":{"source":"status"}})");
  EXPECT_EQ(client.receive("snapshot", "again")["data"]["title"], "test");
}

}  // namespace
}  // namespace azud::web
