#include <fmt/format.h>

#include "web/rest/route.h"

namespace azud::web {

namespace {

/// A browser names the page that asks. Only our own may: others could read what is shown, and acknowledge. Clients that
/// are no browsers send no Origin.
std::optional<io::HttpResponse> refuse_foreign_origin(const io::HttpRequest& request) {
  const auto origin = request.header("Origin");
  if (!origin) return std::nullopt;
  const std::string_view host = request.header("Host").value_or("");
  const std::size_t scheme = origin->find("://");
  if (scheme != std::string_view::npos && !host.empty() && origin->substr(scheme + 3) == host) return std::nullopt;
  const Json error = {{"code", "forbidden"},
                      {"message", fmt::format("pages of {} may not use this server", *origin)},
                      {"hint", "open the page under the address that it asks"}};
  return io::HttpResponse::json(to_text(Json{{"error", error}}), 403);
}

io::HttpResponse error_of_status(int status, std::string_view message) {
  const Json error = {{"code", status == 404 ? "not_found" : "invalid"}, {"message", message}};
  return io::HttpResponse::json(to_text(Json{{"error", error}}), status);
}

}  // namespace

void add_api_routes(io::HttpRouter& router, const Api& api) {
  router.set_guard(refuse_foreign_origin);
  router.set_error_response(error_of_status);
  for (const auto routes : {alarm_routes(), dashboard_routes(), entity_routes(), job_routes(), outbox_routes(),
                            probe_routes(), query_routes(), status_routes(), topic_routes()}) {
    for (const Route& route : routes) {
      router.add(route.method, route.pattern,
                 [&api, handle = route.handle](const io::HttpRequest& request, io::HttpResponder responder) {
                   handle(api, request, Reply(std::move(responder)));
                 });
    }
  }
}

}  // namespace azud::web
