#include "web/feed/document_feeds.h"
#include "web/rest/route.h"

namespace azud::web {

namespace {

std::unexpected<Error> no_jobs() { return fail(Code::unsupported, "this server runs no jobs"); }

/// Rates need two looks: the hub's feed has them.
void ask_hub(const Api& api, std::string job, Reply reply) {
  Json query = {{"source", "jobs"}};
  if (!job.empty()) query["job"] = job;
  const Result<Query> checked = check_query(query);
  if (!checked) return reply.send(std::unexpected(checked.error()));
  api.hub.snapshot(*checked, {}, [job = std::move(job), reply = std::move(reply)](Result<std::string> frame) mutable {
    if (!frame) return reply.send(std::unexpected(std::move(frame).error()));
    Result<Json> json = parse_json(*frame);
    if (!json) return reply.send(json);
    Json jobs = std::move((*json)["data"]["jobs"]);
    if (job.empty()) return reply.send(Json{{"jobs", std::move(jobs)}});
    if (jobs.empty()) return reply.send(fail(Code::not_found, "there is no job {}", job));
    reply.send(std::move(jobs.front()));
  });
}

void list(const Api& api, const io::HttpRequest&, Reply reply) {
  if (!api.site.jobs) return reply.send(no_jobs());
  ask_hub(api, "", std::move(reply));
}

void get(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.jobs) return reply.send(no_jobs());
  ask_hub(api, std::string(request.path_parameter("job")), std::move(reply));
}

void plan(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.jobs) return reply.send(no_jobs());
  const Result<std::vector<PlanStage>> stages = api.site.jobs->plan(request.path_parameter("job"));
  if (!stages) return reply.send(std::unexpected(stages.error()));
  Json out = Json::array();
  for (const PlanStage& stage : *stages) out.push_back({{"name", stage.name}, {"text", stage.text}});
  reply.send(Json{{"stages", std::move(out)}});
}

void stop(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (const Status allowed = may_control(api.site, request); !allowed)
    return reply.send(std::unexpected(allowed.error()));
  const std::string job(request.path_parameter("job"));
  if (const Status stopping = api.site.sql->stop_job(job); !stopping)
    return reply.send(std::unexpected(stopping.error()));
  reply.send(io::HttpResponse::json(to_text(Json{{"id", job}}), 202));
}

constexpr Route routes[] = {{io::HttpMethod::get, "/api/jobs", list},
                            {io::HttpMethod::get, "/api/jobs/{job}", get},
                            {io::HttpMethod::get, "/api/jobs/{job}/plan", plan},
                            {io::HttpMethod::post, "/api/jobs/{job}/stop", stop}};

}  // namespace

std::span<const Route> job_routes() { return routes; }

}  // namespace azud::web
