#include "io/process_usage.h"
#include "web/rest/route.h"

namespace azud::web {

namespace {

std::string_view durability_name(log::Durability durability) {
  switch (durability) {
    case log::Durability::commit: return "commit";
    case log::Durability::interval: return "interval";
    case log::Durability::none: return "none";
  }
  return "commit";
}

void get_status(const Api& api, const io::HttpRequest&, Reply reply) { reply.send(status_json(api.site, api.meter)); }

constexpr Route routes[] = {{io::HttpMethod::get, "/api/status", get_status}};

}  // namespace

Json status_json(const Site& site, const TopicMeter& meter) {
  Json features = Json::array({"dashboards", "topics"});
  if (site.jobs) features.push_back("jobs");
  if (site.alarms) features.push_back("alarms");
  if (site.outbox) features.push_back("outbox");
  Json listeners = Json::array();
  for (const auto& [name, address] : site.listeners) listeners.push_back({{"name", name}, {"address", address}});
  const io::ProcessUsage usage = io::process_usage();
  return {{"name", "azud"},
          {"version", site.version},
          {"title", site.title},
          {"now", site.clock.wall_ms()},
          {"started_at", site.started_at},
          {"home", site.home.empty() ? Json(nullptr) : Json(site.home)},
          {"features", std::move(features)},
          {"listeners", std::move(listeners)},
          {"durability", durability_name(site.log.options().durability)},
          {"storage_full", or_null(site.log.storage_full())},
          {"log_bytes", meter.total_bytes()},
          {"memory_bytes", usage.resident_bytes},
          {"cpu_seconds", usage.cpu_seconds}};
}

std::span<const Route> status_routes() { return routes; }

}  // namespace azud::web
