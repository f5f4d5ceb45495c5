#include "connect/mail/outbox.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "connect/mail/folder_carrier.h"
#include "io/faulty_file.h"

namespace azud::connect {
namespace {

class OutboxTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "azud-outbox-test";
  const Mail mail_{"ALARMS-0-17",       1'714'521'601'760, "azud@example.invalid",
                   "m@example.invalid", "[7] - Señal",     "línea\n"};
};

TEST_F(OutboxTest, a_mail_stored_twice_is_there_once) {
  const auto outbox = *Outbox::open(folder_);
  ASSERT_TRUE(outbox->store({mail_}, 1));
  ASSERT_TRUE(outbox->note({{.id = mail_.id, .state = MailState::sent}}));
  ASSERT_TRUE(outbox->store({mail_}, 2));
  const auto page = outbox->find("", 10, "");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total, 1U);
  EXPECT_EQ(page->mails.front().state, MailState::sent) << "it would be sent again";
  EXPECT_TRUE(outbox->due(timestamp_max, 10)->empty());
  EXPECT_EQ(outbox->get("ALARMS-0-17")->mail.text, "línea\n");
  EXPECT_EQ(outbox->get("x").error().code(), Code::not_found);
}

TEST_F(OutboxTest, pages_from_the_newest_on_and_searches) {
  const auto outbox = *Outbox::open(folder_);
  std::vector<Mail> mails;
  for (int i = 0; i < 5; ++i) {
    mails.push_back(mail_);
    mails.back().id = "m" + std::to_string(i);
    mails.back().at = i;
    mails.back().subject = i % 2 == 0 ? "even" : "odd";
  }
  ASSERT_TRUE(outbox->store(mails, 1));
  const auto first = outbox->find("", 3, "");
  ASSERT_EQ(first->mails.size(), 3U);
  EXPECT_EQ(first->mails.front().id, "m4");
  const auto rest = outbox->find("", 3, first->next);
  ASSERT_EQ(rest->mails.size(), 2U);
  EXPECT_EQ(rest->mails.back().id, "m0");
  EXPECT_EQ(outbox->find("odd", 10, "")->total, 2U);
  EXPECT_EQ(outbox->find("", 3, "nonsense").error().code(), Code::invalid);
}

TEST_F(OutboxTest, gives_those_that_are_due_in_their_order) {
  const auto outbox = *Outbox::open(folder_);
  std::vector<Mail> mails(3, mail_);
  for (int i = 0; i < 3; ++i) mails[static_cast<std::size_t>(i)].id = "m" + std::to_string(2 - i);
  ASSERT_TRUE(outbox->store(mails, 1000));
  ASSERT_TRUE(outbox->note({{.id = "m2", .error = "not now", .next_at = 5000, .remaining = "b@example.invalid"}}));
  const auto now = outbox->due(4999, 10);
  ASSERT_EQ(now->size(), 2U);
  EXPECT_EQ(now->front().mail.id, "m1");
  ASSERT_TRUE(outbox->note({{.id = "m1", .state = MailState::sent}, {.id = "m0", .state = MailState::failed}}));
  EXPECT_EQ(*outbox->next_due(), std::optional<TimestampMs>(5000));
  const auto later = outbox->due(5000, 10);
  ASSERT_EQ(later->size(), 1U);
  EXPECT_EQ(later->front().attempts, 1U);
  EXPECT_EQ(later->front().remaining, "b@example.invalid");
  EXPECT_EQ(outbox->get("m2")->entry.error, "not now");
  EXPECT_EQ(*outbox->expire(1000, "too old"), 0U);
  EXPECT_EQ(*outbox->expire(1001, "too old"), 1U);
  EXPECT_EQ(outbox->get("m2")->entry.state, MailState::failed);
}

TEST_F(OutboxTest, removes_what_is_old_and_done_with_and_nothing_else) {
  const auto outbox = *Outbox::open(folder_);
  const auto store = [&](const std::string& id, TimestampMs at, MailState state) {
    Mail mail = mail_;
    mail.id = id;
    ASSERT_TRUE(outbox->store({mail}, at));
    if (state != MailState::queued) {
      ASSERT_TRUE(outbox->note({{.id = id, .state = state}}));
    }
    if (state == MailState::stored) std::ofstream(outbox->file_of(id)) << "x";
  };
  store("old-queued", 1, MailState::queued);
  store("old-sent", 2, MailState::sent);
  store("old-failed", 3, MailState::failed);
  store("old-stored", 4, MailState::stored);
  store("new-stored", 100, MailState::stored);
  EXPECT_EQ(*outbox->remove_done(2, 10), 0U);
  EXPECT_EQ(*outbox->remove_done(100, 2), 2U);
  EXPECT_EQ(*outbox->remove_done(100, 2), 1U);
  EXPECT_EQ(*outbox->remove_done(100, 2), 0U);
  EXPECT_EQ(outbox->find("", 10, "")->total, 2U);
  EXPECT_TRUE(outbox->get("old-queued"));
  EXPECT_EQ(outbox->due(timestamp_max, 10)->front().mail.id, "old-queued");
  EXPECT_FALSE(std::filesystem::exists(outbox->file_of("old-stored")));
  EXPECT_TRUE(std::filesystem::exists(outbox->file_of("new-stored")));
}

TEST_F(OutboxTest, the_message_id_is_the_same_after_a_restart_and_another_in_another_outbox) {
  const auto id_in = [&](const std::filesystem::path& folder) {
    const auto outbox = *Outbox::open(folder);
    EXPECT_TRUE(outbox->store({mail_}, 1));
    return mail_headers(outbox->get(mail_.id)->mail)[4].second;
  };
  const std::string first = id_in(folder_ / "a");
  EXPECT_EQ(id_in(folder_ / "a"), first);
  EXPECT_NE(id_in(folder_ / "b"), first);
}

TEST_F(OutboxTest, the_folder_has_files_that_mail_programs_read) {
  const auto outbox = *Outbox::open(folder_);
  Mail mail = mail_;
  mail.to = "a@example.invalid\r\nBcc: b@example.invalid";
  ASSERT_TRUE(outbox->store({mail}, 1));
  io::RealFileSystem files_of_system;
  FolderCarrier carrier(files_of_system, folder_);
  const auto due = outbox->due(1, 10);
  EXPECT_EQ(carrier.carry(*due).size(), 1U);
  EXPECT_EQ(carrier.carry(*due).front().kind, MailOutcome::Kind::done);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) files += entry.path().extension() == ".eml";
  EXPECT_EQ(files, 1U);
  std::ifstream in(folder_ / "ALARMS-0-17.eml");
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_NE(text.str().find("Subject: =?UTF-8?B?WzddIC0gU2XDsWFs?=\r\n"), std::string::npos);
  EXPECT_NE(text.str().find("Date: Wed, 01 May 2024 00:00:01 +0000\r\n"), std::string::npos);
  EXPECT_NE(text.str().find("Message-ID: <ALARMS-0-17@"), std::string::npos);
  EXPECT_EQ(text.str().find("\r\nBcc:"), std::string::npos) << "a recipient must not be able to add a header";
}

TEST_F(OutboxTest, a_folder_shows_whole_mails_or_none_whenever_the_disk_fails) {
  const auto outbox = *Outbox::open(folder_);
  Mail other = mail_;
  other.id = "ALARMS-0-18";
  ASSERT_TRUE(outbox->store({mail_, other}, 1));
  const auto due = *outbox->due(1, 10);
  io::FaultyFileSystem files;
  ASSERT_TRUE(files.create_directories("/out"));
  FolderCarrier carrier(files, "/out");
  for (uint64_t n = 1; n < 40; ++n) {
    files.cut_power_at(n);
    (void)carrier.carry(due);
    files.restart();
    const auto names = *files.list("/out");
    for (const std::string& name : names) {
      if (!name.ends_with(".eml")) continue;
      const Mail& mail = name == mail_.id + ".eml" ? due[0].mail : due[1].mail;
      EXPECT_EQ(*files.read_file("/out/" + name), mail_bytes(mail)) << name << " after " << n;
    }
  }
  EXPECT_EQ(carrier.carry(due).back().kind, MailOutcome::Kind::done) << "and goes on from there";
  EXPECT_TRUE(files.read_file("/out/ALARMS-0-18.eml"));
}

TEST(MailAddresses, finds_those_of_a_header) {
  EXPECT_EQ(*mail_addresses("Ana <a@x.org>, b@x.org,"), (std::vector<std::string>{"a@x.org", "b@x.org"}));
  for (const char* bad : {"", " , ", "nobody", "a@x.org\r\nRCPT TO:<b@x.org>", "<a@x.org", "a b@x.org"})
    EXPECT_FALSE(mail_addresses(bad)) << bad;
}

}  // namespace
}  // namespace azud::connect
