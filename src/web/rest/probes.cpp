#include "web/rest/route.h"

namespace azud::web {

namespace {

void healthy(const Api&, const io::HttpRequest&, Reply reply) { reply.send(io::HttpResponse::text("healthy\n")); }

void ready(const Api& api, const io::HttpRequest&, Reply reply) {
  const std::optional<std::string> reason = api.site.not_ready();
  reply.send(reason ? io::HttpResponse::text(*reason + "\n", 503) : io::HttpResponse::text("ready\n"));
}

constexpr Route routes[] = {{io::HttpMethod::get, "/-/healthy", healthy}, {io::HttpMethod::get, "/-/ready", ready}};

}  // namespace

std::span<const Route> probe_routes() { return routes; }

}  // namespace azud::web
