#include "web/live/subscriber.h"
#include "web/rest/route.h"

namespace azud::web {

namespace {

void post(const Api& api, const io::HttpRequest& request, Reply reply) {
  const Result<Json> body = parse_json(request.body());
  if (!body || !body->is_object()) {
    return reply.send(body ? fail(Code::invalid, "the body must be a JSON object with a query")
                           : std::unexpected(body.error()));
  }
  Result<Query> query = check_query(body->value("query", Json()));
  if (!query) return reply.send(std::unexpected(query.error()));
  const Result<SubscribeOptions> options = read_subscribe_options(*body);
  if (!options) return reply.send(std::unexpected(options.error()));
  api.hub.snapshot(*std::move(query), options->request, [reply = std::move(reply)](Result<std::string> frame) mutable {
    reply.send(frame ? io::HttpResponse::json(*std::move(frame)) : error_response(frame.error()));
  });
}

constexpr Route routes[] = {{io::HttpMethod::post, "/api/query", post}};

}  // namespace

std::span<const Route> query_routes() { return routes; }

}  // namespace azud::web
