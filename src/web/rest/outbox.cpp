#include "web/feed/row_feeds.h"
#include "web/rest/parameter.h"
#include "web/rest/route.h"

namespace azud::web {

namespace {

std::unexpected<Error> no_outbox() { return fail(Code::unsupported, "this server sends no e-mails"); }

Result<Json> page(const OutboxView& outbox, const io::HttpRequest& request) {
  TRY_ASSIGN(const int64_t limit, integer_parameter(request, "limit", 100, 1, 1000));
  TRY_ASSIGN(const MailPage found, outbox.find(text_parameter(request, "search"), static_cast<std::size_t>(limit),
                                               text_parameter(request, "cursor")));
  Json mails = Json::array();
  for (const MailEntry& mail : found.mails) mails.push_back(mail_json(mail));
  return Json{{"mails", std::move(mails)},
              {"total", found.total},
              {"next", found.next.empty() ? Json(nullptr) : Json(found.next)}};
}

void list(const Api& api, const io::HttpRequest& request, Reply reply) {
  reply.send(api.site.outbox ? page(*api.site.outbox, request) : no_outbox());
}

void get(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.outbox) return reply.send(no_outbox());
  const Result<MailContent> mail = api.site.outbox->get(request.path_parameter("id"));
  if (!mail) return reply.send(std::unexpected(mail.error()));
  Json out = mail_json(mail->entry);
  Json headers = Json::array();
  for (const auto& [name, value] : mail->headers) headers.push_back({{"name", name}, {"value", value}});
  out["headers"] = std::move(headers);
  out["text"] = mail->text;
  reply.send(std::move(out));
}

void raw(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.outbox) return reply.send(no_outbox());
  Result<SharedBytes> bytes = api.site.outbox->raw(request.path_parameter("id"));
  if (!bytes) return reply.send(std::unexpected(std::move(bytes).error()));
  io::HttpResponse response;
  response.content_type = "message/rfc822";
  response.shared_body = *std::move(bytes);
  response.headers = {{"Content-Disposition", "attachment; filename=\"mail.eml\""},
                      {"X-Content-Type-Options", "nosniff"}};
  reply.send(std::move(response));
}

constexpr Route routes[] = {{io::HttpMethod::get, "/api/outbox", list},
                            {io::HttpMethod::get, "/api/outbox/{id}", get},
                            {io::HttpMethod::get, "/api/outbox/{id}/raw", raw}};

}  // namespace

std::span<const Route> outbox_routes() { return routes; }

}  // namespace azud::web
