#include "web/rest/parameter.h"
#include "web/rest/route.h"

namespace azud::web {

namespace {

constexpr std::size_t ids_max = 200;

void get(const Api& api, const io::HttpRequest& request, Reply reply) {
  const std::string uid = text_parameter(request, "dashboard"), panel = text_parameter(request, "panel");
  const auto dashboard = api.site.dashboards.find(uid);
  if (!dashboard) return reply.send(fail(Code::not_found, "no dashboard has the uid {}", uid));
  const auto query = dashboard->queries.find(panel);
  if (query == dashboard->queries.end() || query->second.source() != "entities") {
    return reply.send(fail(Code::not_found, "dashboard {} has no panel {} of entities", uid, panel));
  }
  std::vector<std::string> ids = list_parameter(request, "ids");
  if (ids.size() > ids_max) return reply.send(fail(Code::invalid, "ids may name {} entities at once", ids_max));
  api.hub.entities(query->second, std::move(ids),
                   [reply = std::move(reply)](Result<Json> found) mutable { reply.send(found); });
}

constexpr Route routes[] = {{io::HttpMethod::get, "/api/entities", get}};

}  // namespace

std::span<const Route> entity_routes() { return routes; }

}  // namespace azud::web
