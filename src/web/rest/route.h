#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "io/http_router.h"
#include "web/json.h"
#include "web/live/feed_hub.h"
#include "web/site.h"
#include "web/topic/topic_meter.h"

namespace azud::web {

/// What handlers work on.
struct Api {
  const Site& site;
  const TopicMeter& meter;
  FeedHub& hub;
};

/// Answers one request, once, on any thread.
class Reply {
 public:
  explicit Reply(io::HttpResponder responder) : responder_(std::move(responder)) {}

  void send(const Result<Json>& json) {
    send(json ? io::HttpResponse::json(to_text(*json)) : error_response(json.error()));
  }
  void send(io::HttpResponse response) {
    response.headers.emplace_back("Cache-Control", "no-store");
    responder_.send(std::move(response));
  }

 private:
  io::HttpResponder responder_;
};

/// One line of the API. Handlers run on a loop thread and must not block.
struct Route {
  io::HttpMethod method;
  std::string_view pattern;
  void (*handle)(const Api& api, const io::HttpRequest& request, Reply reply);
};

// One file a resource.
std::span<const Route> alarm_routes();
std::span<const Route> dashboard_routes();
std::span<const Route> entity_routes();
std::span<const Route> job_routes();
std::span<const Route> outbox_routes();
std::span<const Route> probe_routes();
std::span<const Route> query_routes();
std::span<const Route> sql_routes();  ///< below every prefix of sql_prefixes
std::span<const Route> status_routes();
std::span<const Route> topic_routes();

/// Flink's clients name a version; they differ in nothing that we offer.
inline constexpr std::string_view sql_prefixes[] = {"", "/v1", "/v2", "/v3"};

/// Who may have statements executed and jobs stopped: this machine, or anybody if the site says so. `unsupported` with
/// what to configure.
Status may_control(const Site& site, const io::HttpRequest& request);

/// GET /api/status.
Json status_json(const Site& site, const TopicMeter& meter);

/// All of them, and the rules for foreign origins. `api` must outlive the router.
void add_api_routes(io::HttpRouter& router, const Api& api);

}  // namespace azud::web
