#include "web/web_server.h"

#include "io/http_server.h"
#include "web/live/feed_hub.h"
#include "web/live/live_session.h"
#include "web/page/page_files.h"
#include "web/rest/route.h"

namespace azud::web {

/// In the order in which one uses another.
struct WebServer::State {
  explicit State(Site the_site)
      : site(std::move(the_site)),
        meter(site.log),
        jobs(site.jobs ? std::make_unique<JobMeter>(*site.jobs) : nullptr),
        hub(site.clock, meter, jobs.get(), site.dashboards,
            {.log = site.log,
             .meter = meter,
             .status = [this] { return status_json(site, meter); },
             .alarms = site.alarms,
             .jobs = jobs.get(),
             .outbox = site.outbox}),
        api{site, meter, hub} {
    add_api_routes(router, api);
    add_page_routes(router, built_in_page());
    router.add_websocket("/api/live", live_route(hub, site.clock));
  }

  Site site;
  TopicMeter meter;
  std::unique_ptr<JobMeter> jobs;
  FeedHub hub;
  Api api;
  io::HttpRouter router;
  std::unique_ptr<io::HttpServer> server;  // first to go: it calls all of the above
};

WebServer::WebServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
WebServer::~WebServer() = default;

io::HttpServerOptions WebServer::default_limits() {
  io::HttpServerOptions limits;
  limits.body_bytes_max = 1 << 20;
  limits.connections_max = 1000;
  limits.write_backlog_bytes_max = 1 << 20;  // answers are dear to make: no more before these are read
  return limits;
}

Result<std::unique_ptr<WebServer>> WebServer::start(io::EventLoops& loops, const std::vector<std::string>& addresses,
                                                    Site site, const io::HttpServerOptions& limits) {
  if (site.started_at == 0) site.started_at = site.clock.wall_ms();
  auto state = std::make_unique<State>(std::move(site));
  TRY_ASSIGN(state->server, io::HttpServer::start(loops, addresses, state->router, limits));
  return std::unique_ptr<WebServer>(new WebServer(std::move(state)));
}

uint16_t WebServer::port(std::size_t address_index) const { return state_->server->port(address_index); }

}  // namespace azud::web
