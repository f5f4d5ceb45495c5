#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "connect/mail/mail_carrier.h"
#include "connect/mail/mail_server.h"

namespace azud::connect {

/// Gives mails to an SMTP server, one after the other over one connection that is kept.
class SmtpCarrier final : public MailCarrier {
 public:
  explicit SmtpCarrier(MailServer server);
  ~SmtpCarrier() override;

  std::size_t batch_max() const override { return 1; }
  MailState state_when_done() const override { return MailState::sent; }
  std::vector<MailOutcome> carry(std::span<const Outbox::Queued> mails) override;
  void interrupt() override { interrupted_ = true; }
  std::string destination() const override { return server_.to_text(); }

 private:
  struct Conversation;
  MailOutcome carry_one(const Outbox::Queued& queued);
  MailOutcome talk(Conversation& conversation, const std::string& sender, const std::vector<std::string>& recipients);

  const MailServer server_;
  std::atomic<bool> interrupted_{false};
  std::shared_ptr<void> curl_;  ///< the handle with its connection
};

}  // namespace azud::connect
