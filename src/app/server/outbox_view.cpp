#include "app/server/outbox_view.h"

namespace azud::app {

Result<web::MailPage> OutboxFolder::find(std::string_view search, std::size_t limit, std::string_view cursor) const {
  return outbox_.find(search, limit, cursor);
}

Result<web::MailContent> OutboxFolder::get(std::string_view id) const {
  TRY_ASSIGN(connect::Outbox::Content content, outbox_.get(id));
  return web::MailContent{.entry = std::move(content.entry),
                          .headers = connect::mail_headers(content.mail),
                          .text = std::move(content.mail.text)};
}

Result<SharedBytes> OutboxFolder::raw(std::string_view id) const {
  TRY_ASSIGN(const connect::Outbox::Content content, outbox_.get(id));
  return SharedBytes::own(connect::mail_bytes(content.mail));
}

}  // namespace azud::app
