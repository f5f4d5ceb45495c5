#include "app/server/outbox_view.h"

namespace azud::app {

Result<web::MailPage> OutboxFolder::find(std::string_view search, std::size_t limit, std::string_view cursor) const {
  TRY_ASSIGN(connect::Outbox::Page page, outbox_.find(search, limit, cursor));
  web::MailPage out{{}, page.total, std::move(page.next)};
  for (connect::Outbox::Entry& one : page.mails) {
    out.mails.push_back({.id = std::move(one.id),
                         .at = one.at,
                         .to = std::move(one.to),
                         .subject = std::move(one.subject),
                         .state = web::MailState::stored,
                         .attempts = 1,
                         .error = std::nullopt,
                         .bytes = one.bytes});
  }
  return out;
}

Result<web::MailContent> OutboxFolder::get(std::string_view id) const {
  TRY_ASSIGN(const connect::Mail mail, outbox_.get(id));
  web::MailContent out;
  out.entry = {.id = mail.id,
               .at = mail.at,
               .to = mail.to,
               .subject = mail.subject,
               .state = web::MailState::stored,
               .attempts = 1,
               .error = std::nullopt,
               .bytes = connect::mail_bytes(mail).size()};
  out.headers = connect::mail_headers(mail);
  out.text = mail.text;
  return out;
}

Result<SharedBytes> OutboxFolder::raw(std::string_view id) const {
  TRY_ASSIGN(const connect::Mail mail, outbox_.get(id));
  return SharedBytes::own(connect::mail_bytes(mail));
}

}  // namespace azud::app
