#include <atomic>

#include "web/feed/row_feeds.h"
#include "web/rest/parameter.h"
#include "web/rest/route.h"

namespace azud::web {

namespace {

constexpr int64_t page_max = 1000;
constexpr int64_t steps_max = 2000;
constexpr std::size_t acknowledged_at_once_max = 1000;

std::unexpected<Error> no_alarms() { return fail(Code::unsupported, "this server has no alarms"); }

Result<AlarmFilter> read_filter(const io::HttpRequest& request) {
  TRY_ASSIGN(AlarmFilter filter, alarm_filter(list_parameter(request, "state"), list_parameter(request, "type"),
                                              list_parameter(request, "severity"), list_parameter(request, "zone"),
                                              text_parameter(request, "originator")));
  TRY_ASSIGN(filter.from, optional_integer(request, "from"));
  TRY_ASSIGN(filter.to, optional_integer(request, "to"));
  return filter;
}

Result<Json> page(const AlarmView& alarms, const io::HttpRequest& request) {
  TRY_ASSIGN(const AlarmFilter filter, read_filter(request));
  TRY_ASSIGN(const int64_t limit, integer_parameter(request, "limit", 100, 1, page_max));
  TRY_ASSIGN(const AlarmPage found,
             alarms.find(filter, static_cast<std::size_t>(limit), text_parameter(request, "cursor")));
  Json list = Json::array();
  for (const AlarmEntry& alarm : found.alarms) list.push_back(alarm_json(alarm));
  return Json{{"alarms", std::move(list)},
              {"total", found.total},
              {"next", found.next.empty() ? Json(nullptr) : Json(found.next)}};
}

void list(const Api& api, const io::HttpRequest& request, Reply reply) {
  reply.send(api.site.alarms ? page(*api.site.alarms, request) : no_alarms());
}

Result<Json> histogram_of(const AlarmView& alarms, const io::HttpRequest& request) {
  TRY_ASSIGN(AlarmFilter filter, read_filter(request));
  TRY_ASSIGN(const int64_t step, integer_parameter(request, "step", 60'000, 1, INT64_MAX));
  if (!filter.from || !filter.to || *filter.from >= *filter.to)
    return fail(Code::invalid, "from and to are needed, in ms, with from < to");
  const TimestampMs from = *filter.from, to = *filter.to;
  if ((to - from) / step >= steps_max)
    return fail(Code::invalid, "more than {} steps: choose a longer step or a shorter time", steps_max);
  filter.from = filter.to = std::nullopt;
  Json series = Json::array();
  for (const AlarmHistogram& one : alarms.histogram(from, to, step, filter)) {
    series.push_back({{"name", one.type}, {"raised", one.raised}, {"cleared", one.cleared}});
  }
  return Json{{"from", from}, {"to", to}, {"step", step}, {"series", std::move(series)}};
}

void histogram(const Api& api, const io::HttpRequest& request, Reply reply) {
  reply.send(api.site.alarms ? histogram_of(*api.site.alarms, request) : no_alarms());
}

void get(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.alarms) return reply.send(no_alarms());
  const std::string_view id = request.path_parameter("id");
  const std::optional<AlarmEntry> alarm = api.site.alarms->get(id);
  if (!alarm) return reply.send(fail(Code::not_found, "there is no alarm {}", id));
  Json out = alarm_json(*alarm);
  Json events = Json::array();
  for (const AlarmEvent& event : api.site.alarms->events(id)) {
    events.push_back(
        {{"at", event.at}, {"what", event.what}, {"by", or_null(event.by)}, {"comment", or_null(event.comment)}});
  }
  out["events"] = std::move(events);
  reply.send(std::move(out));
}

/// Who acknowledges, and what they say to it.
struct Acknowledgement {
  std::vector<std::string> ids;
  std::string by, comment;
};

Result<Acknowledgement> read_acknowledgement(const io::HttpRequest& request, bool with_ids) {
  Acknowledgement out;
  if (request.body().empty() && !with_ids) return out;
  TRY_ASSIGN(const Json body, parse_json(request.body()));
  if (!body.is_object()) return fail(Code::invalid, "the body must be a JSON object");
  for (const auto& [name, target] : {std::pair("by", &out.by), {"comment", &out.comment}}) {
    const Json value = body.value(name, Json());
    if (!value.is_null() && !value.is_string()) return fail(Code::invalid, "{} must be a text", name);
    if (value.is_string()) *target = value.get<std::string>().substr(0, 500);
  }
  if (!with_ids) return out;
  const Json ids = body.value("ids", Json());
  if (!ids.is_array() || ids.size() > acknowledged_at_once_max)
    return fail(Code::invalid, "ids must be a list of at most {} alarms", acknowledged_at_once_max);
  for (const Json& id : ids) {
    if (!id.is_string()) return fail(Code::invalid, "ids must be texts");
    out.ids.push_back(id.get<std::string>());
  }
  return out;
}

void acknowledge_one(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.alarms) return reply.send(no_alarms());
  const Result<Acknowledgement> what = read_acknowledgement(request, false);
  if (!what) return reply.send(std::unexpected(what.error()));
  api.site.alarms->acknowledge(std::string(request.path_parameter("id")), what->by, what->comment,
                               [reply = std::move(reply)](Result<AlarmEntry> done) mutable {
                                 if (!done) return reply.send(std::unexpected(std::move(done).error()));
                                 reply.send(alarm_json(*done));
                               });
}

/// Gathers the answers of many, which may come on any thread, and sends them with the last.
class Gathering {
 public:
  Gathering(std::size_t waiting, Reply reply) : waiting_(waiting), reply_(std::move(reply)) {}

  void add(const std::string& id, const Result<AlarmEntry>& done) {
    {
      const MutexLock lock(mutex_);
      if (done) {
        ++acknowledged_;
      } else {
        failed_.push_back({{"id", id}, {"error", to_json(done.error())}});
      }
    }
    if (waiting_.fetch_sub(1) == 1) finish();
  }

  void finish() {
    const MutexLock lock(mutex_);
    reply_.send(Json{{"acknowledged", acknowledged_}, {"failed", failed_}});
  }

 private:
  std::atomic<std::size_t> waiting_;
  Mutex mutex_;
  std::size_t acknowledged_ AZUD_GUARDED_BY(mutex_) = 0;
  Json failed_ AZUD_GUARDED_BY(mutex_) = Json::array();
  Reply reply_;
};

void acknowledge_many(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (!api.site.alarms) return reply.send(no_alarms());
  const Result<Acknowledgement> what = read_acknowledgement(request, true);
  if (!what) return reply.send(std::unexpected(what.error()));
  const auto gathering = std::make_shared<Gathering>(what->ids.size(), std::move(reply));
  if (what->ids.empty()) gathering->finish();
  for (const std::string& id : what->ids) {
    api.site.alarms->acknowledge(id, what->by, what->comment,
                                 [gathering, id](Result<AlarmEntry> done) { gathering->add(id, done); });
  }
}

constexpr Route routes[] = {{io::HttpMethod::get, "/api/alarms", list},
                            {io::HttpMethod::get, "/api/alarms/histogram", histogram},
                            {io::HttpMethod::get, "/api/alarms/{id}", get},
                            {io::HttpMethod::post, "/api/alarms/acknowledge", acknowledge_many},
                            {io::HttpMethod::post, "/api/alarms/{id}/acknowledge", acknowledge_one}};

}  // namespace

std::span<const Route> alarm_routes() { return routes; }

}  // namespace azud::web
