#include "connect/mail/mail_server.h"

#include <gtest/gtest.h>

namespace azud::connect {
namespace {

std::optional<std::string> environment(const std::string& name) {
  return name == "SECRET" ? std::optional<std::string>("p@ss:w%rd/") : std::nullopt;
}

TEST(MailServer, takes_a_url_apart) {
  const auto server = *MailServer::parse("smtps://me%40x:${SECRET}@mail.example.org/azud-1", environment);
  EXPECT_EQ(server.host, "mail.example.org");
  EXPECT_EQ(server.port, 465);
  EXPECT_EQ(server.user, "me@x");
  EXPECT_EQ(server.password, "p@ss:w%rd/");
  EXPECT_EQ(server.name, "azud-1");
  EXPECT_EQ(server.to_text(), "smtps://mail.example.org:465");
  EXPECT_EQ(MailServer::parse("smtp://[::1]:2525", environment)->port, 2525);
}

TEST(MailServer, a_password_is_not_sent_in_the_clear_over_a_network) {
  EXPECT_EQ(MailServer::parse("smtp://host", environment)->tls, MailServer::Tls::offered);
  EXPECT_EQ(MailServer::parse("smtp://u:p@host", environment)->tls, MailServer::Tls::required);
  EXPECT_EQ(MailServer::parse("smtp://u:p@127.0.0.1", environment)->tls, MailServer::Tls::offered);
}

TEST(MailServer, complains_without_the_password) {
  for (const char* bad : {"http://host", "smtp://", "smtp://u:secret@host:99999", "smtp://u:secret@ho st",
                          "smtp://u:secret%4@host", "smtp://u:secret${NONE}@host", "smtp://u:secret${NONE@host"}) {
    const auto server = MailServer::parse(bad, environment);
    ASSERT_FALSE(server) << bad;
    EXPECT_EQ(server.error().to_text().find("secret"), std::string::npos) << server.error().to_text();
  }
}

}  // namespace
}  // namespace azud::connect
