#include "connect/mail/mail_sender.h"

#include <chrono>
#include <deque>

#include <gtest/gtest.h>

namespace azud::connect {
namespace {

using Kind = MailOutcome::Kind;

/// Says what the test told it to, and remembers what it was given.
class ScriptedCarrier final : public MailCarrier {
 public:
  struct Script {
    Mutex mutex;
    std::deque<MailOutcome> outcomes;  ///< `done` when it is empty
    std::vector<std::string> carried;
  };
  explicit ScriptedCarrier(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  std::size_t batch_max() const override { return 1; }
  MailState state_when_done() const override { return MailState::sent; }
  std::string destination() const override { return "test"; }
  std::vector<MailOutcome> carry(std::span<const Outbox::Queued> mails) override {
    const MutexLock lock(script_->mutex);
    script_->carried.push_back(mails.front().mail.id);
    if (script_->outcomes.empty()) return {MailOutcome{}};
    MailOutcome outcome = script_->outcomes.front();
    script_->outcomes.pop_front();
    return {outcome};
  }

 private:
  std::shared_ptr<Script> script_;
};

class MailSenderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    outbox_ = *Outbox::open(folder_);
  }
  void store(const std::vector<std::string>& ids) {
    std::vector<Mail> mails;
    for (const std::string& id : ids) mails.push_back({.id = id, .at = 1, .from = "a@x", .to = "b@x"});
    ASSERT_TRUE(outbox_->store(mails, clock_.wall_ms()));
  }
  MailEntry entry(const std::string& id) { return outbox_->get(id)->entry; }
  void wait_for(const std::string& id, MailState state) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (entry(id).state != state && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    ASSERT_EQ(entry(id).state, state) << id;
  }
  std::vector<std::string> carried() {
    const MutexLock lock(script_->mutex);
    return script_->carried;
  }

  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "azud-mail-sender-test";
  io::SystemClock clock_;
  std::unique_ptr<Outbox> outbox_;
  std::shared_ptr<ScriptedCarrier::Script> script_ = std::make_shared<ScriptedCarrier::Script>();
  MailSenderOptions options_{.server_pause_ms_min = 1, .server_pause_ms_max = 4, .mail_pause_ms_min = 5};
};

TEST_F(MailSenderTest, tries_the_same_mail_until_the_server_is_there) {
  script_->outcomes = {{Kind::unreachable, "no route", {}}, {Kind::unreachable, "no route", {}}};
  store({"m1", "m2"});
  const MailSender sender(*outbox_, std::make_unique<ScriptedCarrier>(script_), clock_, options_);
  wait_for("m2", MailState::sent);
  EXPECT_EQ(carried(), (std::vector<std::string>{"m1", "m1", "m1", "m2"}));
  EXPECT_EQ(entry("m1").attempts, 3U);
  EXPECT_EQ(entry("m1").error, std::nullopt);
}

TEST_F(MailSenderTest, a_mail_that_is_not_taken_now_does_not_hold_up_the_others) {
  script_->outcomes = {{Kind::later, "450 greylisted", {}}};
  store({"m1", "m2"});
  const MailSender sender(*outbox_, std::make_unique<ScriptedCarrier>(script_), clock_, options_);
  wait_for("m1", MailState::sent);
  EXPECT_EQ(carried(), (std::vector<std::string>{"m1", "m2", "m1"}));
}

TEST_F(MailSenderTest, a_refused_mail_is_given_up_with_the_reason) {
  script_->outcomes = {{Kind::refused, "550 no such user", {}}};
  store({"m1"});
  const MailSender sender(*outbox_, std::make_unique<ScriptedCarrier>(script_), clock_, options_);
  wait_for("m1", MailState::failed);
  EXPECT_EQ(entry("m1").error, "550 no such user");
  store({"m2"});
  wait_for("m2", MailState::sent);
  EXPECT_EQ(carried(), (std::vector<std::string>{"m1", "m2"}));
}

TEST_F(MailSenderTest, what_waits_too_long_is_given_up) {
  options_.retry_for_ms = -1;
  script_->outcomes = {{Kind::unreachable, "no route", {}}, {Kind::later, "450 greylisted", {}}};
  store({"m1"});
  const MailSender sender(*outbox_, std::make_unique<ScriptedCarrier>(script_), clock_, options_);
  wait_for("m1", MailState::failed);
  EXPECT_EQ(entry("m1").error, "no route");
  store({"m2"});
  wait_for("m2", MailState::failed);
  EXPECT_EQ(entry("m2").error, "450 greylisted");
}

TEST_F(MailSenderTest, what_was_sent_long_ago_is_removed_and_what_waits_is_not) {
  store({"old"});
  ASSERT_TRUE(outbox_->note({{.id = "old", .state = MailState::sent}}));
  store({"m1", "m2"});
  ASSERT_TRUE(outbox_->note({{.id = "m2", .next_at = timestamp_max}}));
  io::ManualClock later(clock_.wall_ms() + 1000);
  options_.keep_for_ms = 500;
  const MailSender sender(*outbox_, std::make_unique<ScriptedCarrier>(script_), later, options_);
  wait_for("m1", MailState::sent);
  EXPECT_EQ(outbox_->get("old").error().code(), Code::not_found);
  EXPECT_EQ(entry("m2").state, MailState::queued);
}

}  // namespace
}  // namespace azud::connect
