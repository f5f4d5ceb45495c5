#include "alarm/alarm_service.h"

#include <chrono>
#include <filesystem>

#include <gtest/gtest.h>

#include "log/log_fixture.h"

namespace azud::alarm {
namespace {

/// Topics T of transitions and C of customers by number, and a service that follows T.
class AlarmServiceTest : public log::LogFixture {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    outbox_ = *connect::Outbox::open(folder_);
    store_ = *AlarmStore::open(folder_ / "alarms.db");
    open();
    ASSERT_TRUE(create("T"));
    ASSERT_TRUE(create("C"));
  }
  void start() {
    AlarmRule rule;
    rule.topic = "T";
    rule.originator = "id";
    rule.type = "type";
    rule.what = "what";
    rule.notify = NotifyRule{.from = "azud@x",
                             .to = "{mail}",
                             .lookup_topic = "C",
                             .lookup_key = "id",
                             .on_raise = MailTemplate{"{id} {type}", "dear {name}"},
                             .on_clear = std::nullopt};
    auto started = AlarmService::start({rule}, *log_, *store_, *outbox_, clock_);
    ASSERT_TRUE(started) << started.error().to_text();
    service_ = *std::move(started);
  }
  void customer(const std::string& key, const std::string& value) {
    kafka::BatchBuilder builder(kafka::BatchOptions{});
    builder.add(clock_.wall_ms(), key, value);
    ASSERT_TRUE(append(partition("C"), builder.finish()));
  }
  void wait_for(int64_t position) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (store_->positions()["T-0"] < position && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    ASSERT_EQ(store_->positions()["T-0"], position);
  }
  std::vector<std::string> active() const {
    std::vector<std::string> found;
    const auto page = store_->find({.active = true}, 100, "");
    for (const Alarm& alarm : page->alarms) found.push_back(alarm.originator + " " + alarm.type);
    return found;
  }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "azud-alarm-service-test";
  std::unique_ptr<connect::Outbox> outbox_;
  std::unique_ptr<AlarmStore> store_;
  std::unique_ptr<AlarmService> service_;
};

TEST_F(AlarmServiceTest, a_raise_becomes_an_alarm_and_a_mail_and_a_clear_ends_it) {
  customer("7", R"({"mail":"old@x","name":"Old"})");
  customer("7", R"({"mail":"eva@x","name":"Eva"})");
  start();
  ASSERT_TRUE(append("T", {R"({"id":7,"type":"smoke","what":"raise"})", R"({"id":8,"type":"heat","what":"raise"})"}));
  wait_for(2);
  EXPECT_EQ(active().size(), 2U);
  const auto mail = outbox_->get("T-0-000000000000");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->mail.to, "eva@x");
  EXPECT_EQ(mail->mail.subject, "7 smoke");
  EXPECT_EQ(mail->mail.text, "dear Eva");
  ASSERT_TRUE(append("T", {R"({"id":7,"type":"smoke","what":"clear"})"}));
  wait_for(3);
  EXPECT_EQ(active(), std::vector<std::string>{"8 heat"});
  EXPECT_EQ(outbox_->find("", 10, "")->total, 2U) << "there is no template for a clear";
}

TEST_F(AlarmServiceTest, what_is_no_transition_is_passed_over) {
  start();
  ASSERT_TRUE(append("T", {"no JSON", "[1]", R"({"id":7,"type":"smoke"})", R"({"id":7,"type":"smoke","what":"dance"})",
                           R"({"type":"smoke","what":"raise"})", R"({"id":7,"what":"raise"})",
                           R"({"id":9,"type":"smoke","what":"raise"})"}));
  wait_for(7);
  EXPECT_EQ(active(), std::vector<std::string>{"9 smoke"});
}

TEST_F(AlarmServiceTest, goes_on_where_it_was_and_mails_once) {
  start();
  ASSERT_TRUE(append("T", {R"({"id":1,"type":"smoke","what":"raise"})"}));
  wait_for(1);
  service_.reset();
  ASSERT_TRUE(append("T", {R"({"id":2,"type":"smoke","what":"raise"})"}));
  start();
  wait_for(2);
  EXPECT_EQ(outbox_->find("", 10, "")->total, 2U);
  EXPECT_EQ(active().size(), 2U);
}

TEST_F(AlarmServiceTest, begins_where_retention_has_left_something) {
  ASSERT_TRUE(append("T", {R"({"id":1,"type":"smoke","what":"raise"})"}));
  ASSERT_TRUE(append("T", {R"({"id":2,"type":"smoke","what":"raise"})"}));
  ASSERT_TRUE(delete_records(partition("T"), log::Offset(1)));
  start();
  wait_for(2);
  EXPECT_EQ(active(), std::vector<std::string>{"2 smoke"});
}

TEST_F(AlarmServiceTest, a_topic_that_is_not_there_is_said_at_the_start) {
  AlarmRule rule;
  rule.topic = "none";
  const auto started = AlarmService::start({rule}, *log_, *store_, *outbox_, clock_);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code(), Code::not_found);
}

}  // namespace
}  // namespace azud::alarm
