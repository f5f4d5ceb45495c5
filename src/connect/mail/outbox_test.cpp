#include "connect/mail/outbox.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

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
  ASSERT_TRUE(outbox->store({mail_}));
  ASSERT_TRUE(outbox->store({mail_}));
  const auto page = outbox->find("", 10, "");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total, 1U);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) files += entry.path().extension() == ".eml";
  EXPECT_EQ(files, 1U);
  EXPECT_EQ(outbox->get("ALARMS-0-17")->text, "línea\n");
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
  ASSERT_TRUE(outbox->store(mails));
  const auto first = outbox->find("", 3, "");
  ASSERT_EQ(first->mails.size(), 3U);
  EXPECT_EQ(first->mails.front().id, "m4");
  const auto rest = outbox->find("", 3, first->next);
  ASSERT_EQ(rest->mails.size(), 2U);
  EXPECT_EQ(rest->mails.back().id, "m0");
  EXPECT_EQ(outbox->find("odd", 10, "")->total, 2U);
  EXPECT_EQ(outbox->find("", 3, "nonsense").error().code(), Code::invalid);
}

TEST_F(OutboxTest, writes_headers_that_mail_programs_read) {
  const auto outbox = *Outbox::open(folder_);
  Mail mail = mail_;
  mail.to = "a@example.invalid\r\nBcc: b@example.invalid";
  ASSERT_TRUE(outbox->store({mail}));
  std::ifstream in(folder_ / "ALARMS-0-17.eml");
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_NE(text.str().find("Subject: =?UTF-8?B?WzddIC0gU2XDsWFs?=\r\n"), std::string::npos);
  EXPECT_NE(text.str().find("Date: Wed, 01 May 2024 00:00:01 +0000\r\n"), std::string::npos);
  EXPECT_NE(text.str().find("Message-ID: <ALARMS-0-17@azud.invalid>\r\n"), std::string::npos);
  EXPECT_EQ(text.str().find("\r\nBcc:"), std::string::npos) << "a recipient must not be able to add a header";
}

}  // namespace
}  // namespace azud::connect
