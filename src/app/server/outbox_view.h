#pragma once

#include "connect/mail/outbox.h"
#include "web/view/outbox_view.h"

namespace azud::app {

/// The outbox folder as the page sees it.
class OutboxFolder final : public web::OutboxView {
 public:
  explicit OutboxFolder(const connect::Outbox& outbox) : outbox_(outbox) {}

  uint64_t version() const override { return outbox_.version(); }
  Result<web::MailPage> find(std::string_view search, std::size_t limit, std::string_view cursor) const override;
  Result<web::MailContent> get(std::string_view id) const override;
  Result<SharedBytes> raw(std::string_view id) const override;

 private:
  const connect::Outbox& outbox_;
};

}  // namespace azud::app
