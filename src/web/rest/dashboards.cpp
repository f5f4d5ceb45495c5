#include "web/rest/route.h"

namespace azud::web {

namespace {

void list(const Api& api, const io::HttpRequest&, Reply reply) {
  Json out = Json::array();
  for (const Dashboards::Entry& entry : api.site.dashboards.list()) {
    Json one = {{"uid", nullptr}, {"title", entry.file}, {"file", entry.file}, {"error", nullptr}};
    if (entry.dashboard) {
      one["uid"] = entry.dashboard->uid;
      one["title"] = entry.dashboard->title;
      if (!entry.dashboard->description.empty()) one["description"] = entry.dashboard->description;
    }
    if (entry.error) one["error"] = to_json(*entry.error);
    out.push_back(std::move(one));
  }
  reply.send(Json{{"dashboards", std::move(out)}});
}

void get(const Api& api, const io::HttpRequest& request, Reply reply) {
  const std::string_view uid = request.path_parameter("uid");
  const auto found = api.site.dashboards.find(uid);
  if (!found) return reply.send(fail(Code::not_found, "no dashboard has the uid {}", uid));
  reply.send(found->json);
}

constexpr Route routes[] = {{io::HttpMethod::get, "/api/dashboards", list},
                            {io::HttpMethod::get, "/api/dashboards/{uid}", get}};

}  // namespace

std::span<const Route> dashboard_routes() { return routes; }

}  // namespace azud::web
