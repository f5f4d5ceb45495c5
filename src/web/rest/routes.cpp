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

Status may_control(const Site& site, const io::HttpRequest& request) {
  if (site.sql == nullptr) return fail(Code::unsupported, "this server takes no SQL and no orders over the network");
  const std::string_view peer = request.peer_address();
  const bool local = peer.starts_with("127.") || peer.starts_with("[::1]") || peer.starts_with("[::ffff:127.");
  if (site.control_from_anywhere || local) return {};
  return std::unexpected(Error(Code::unsupported, "statements are taken from this machine only",
                               "web: {sql: anyone} in the configuration opens it to all who reach the page"));
}

void add_api_routes(io::HttpRouter& router, const Api& api) {
  const auto add = [&](const Route& route, const std::string& pattern) {
    router.add(route.method, pattern,
               [&api, handle = route.handle](const io::HttpRequest& request, io::HttpResponder responder) {
                 handle(api, request, Reply(std::move(responder)));
               });
  };
  router.set_guard(refuse_foreign_origin);
  router.set_error_response(error_of_status);
  for (const auto routes : {alarm_routes(), dashboard_routes(), entity_routes(), job_routes(), outbox_routes(),
                            probe_routes(), query_routes(), status_routes(), topic_routes()}) {
    for (const Route& route : routes) add(route, std::string(route.pattern));
  }
  for (const std::string_view prefix : sql_prefixes)
    for (const Route& route : sql_routes()) add(route, fmt::format("{}{}", prefix, route.pattern));
}

}  // namespace azud::web
