#include <algorithm>

#include "base/parse_number.h"
#include "web/feed/row_feeds.h"
#include "web/rest/parameter.h"
#include "web/rest/route.h"
#include "web/topic/payload.h"
#include "web/topic/topic_tail.h"

namespace azud::web {

namespace {

constexpr int64_t records_max = 500;

void list(const Api& api, const io::HttpRequest&, Reply reply) {
  Json topics = Json::array();
  for (const TopicFacts& facts : api.meter.topics()) topics.push_back(topic_json(facts));
  reply.send(Json{{"topics", std::move(topics)}});
}

Result<TopicFacts> facts_of(const Api& api, std::string_view name) {
  if (auto facts = api.meter.topic(name)) return *std::move(facts);
  // Made since the last sample: no rates yet.
  const log::TopicPtr topic = api.site.log.find_topic(name);
  if (!topic) return fail(Code::not_found, "there is no topic {}", name);
  TopicFacts facts{.topic = topic->topic, .internal = is_internal_topic(name)};
  for (const log::PartitionPtr& one : topic->partitions) {
    facts.partitions.push_back(
        {.partition = one->id().value(), .start = one->log_start().value(), .end = one->high_watermark().value()});
  }
  return facts;
}

Result<Json> detail(const Api& api, std::string_view name) {
  TRY_ASSIGN(const TopicFacts facts, facts_of(api, name));
  Json out = topic_json(facts);
  out["config"] = facts.topic->overrides();
  out["timestamp_type"] =
      facts.topic->config().timestamp_type == log::TimestampType::log_append_time ? "append" : "create";
  out["columns"] = nullptr;
  if (const auto columns = api.site.jobs ? api.site.jobs->columns(name) : std::nullopt) {
    out["columns"] = {{"format", columns->format}, {"names", columns->names}};
  }
  Json partitions = Json::array();
  for (const PartitionFacts& one : facts.partitions) {
    partitions.push_back({{"partition", one.partition},
                          {"start", one.start},
                          {"end", one.end},
                          {"bytes", one.bytes},
                          {"records_per_second", one.records_per_second},
                          {"last_timestamp", or_null(one.last_timestamp)}});
  }
  out["detail"] = std::move(partitions);
  return out;
}

void get(const Api& api, const io::HttpRequest& request, Reply reply) {
  reply.send(detail(api, request.path_parameter("topic")));
}

/// Where reading begins: `latest`, `earliest`, an offset, or "@" and a time.
struct From {
  enum class Kind : uint8_t { latest, offset, time } kind = Kind::latest;
  int64_t value = 0;
};

Result<From> read_from(const io::HttpRequest& request) {
  const std::string text = text_parameter(request, "from");
  if (text.empty() || text == "latest") return From{};
  if (text == "earliest") return From{From::Kind::offset, 0};
  const bool time = text.starts_with('@');
  const auto value = parse_number<int64_t>(text.substr(time ? 1 : 0));
  if (!value || *value < 0) {
    return fail(Code::invalid, "from must be latest, earliest, an offset, or @ and a time in ms, not \"{}\"", text);
  }
  return From{time ? From::Kind::time : From::Kind::offset, *value};
}

struct Found {
  TimestampMs at = 0;
  int64_t offset = 0;
  Json json;
};

Status read_partition(const log::Partition& partition, const From& from, std::size_t limit, std::size_t payload_max,
                      std::vector<Found>& out) {
  const auto take = [&](log::PartitionId id, const kafka::RecordView& record) {
    out.push_back({record.timestamp, record.offset, record_json(id, record, payload_max)});
  };
  if (from.kind == From::Kind::latest) return visit_last(partition, -1, limit, take);
  int64_t offset = from.value;
  if (from.kind == From::Kind::time) {
    TRY_ASSIGN(const log::Partition::TimedOffset found, partition.find_timestamp(from.value));
    if (found.offset.value() < 0) return {};
    offset = found.offset.value();
  }
  return visit_from(partition, offset, limit, take);
}

/// Of a record that is asked for whole. More is for a Kafka client: making it here would hold up other readers.
constexpr std::size_t whole_bytes_max = 8UL << 20;

Result<Json> read_records(const Api& api, const io::HttpRequest& request) {
  const std::string_view name = request.path_parameter("topic");
  const log::TopicPtr topic = api.site.log.find_topic(name);
  if (!topic) return fail(Code::not_found, "there is no topic {}", name);
  TRY_ASSIGN(const std::optional<int64_t> only, optional_integer(request, "partition"));
  TRY_ASSIGN(const From from, read_from(request));
  TRY_ASSIGN(const int64_t limit, integer_parameter(request, "limit", 50, 1, records_max));
  if (only && (*only < 0 || *only >= static_cast<int64_t>(topic->partitions.size()))) {
    return fail(Code::not_found, "topic {} has no partition {}: it has {}", name, *only, topic->partitions.size());
  }
  if (!only && from.kind == From::Kind::offset && topic->partitions.size() > 1) {
    return fail(Code::invalid, "an offset needs its partition: add partition=0 … {}", topic->partitions.size() - 1);
  }
  const bool whole = limit == 1 && text_parameter(request, "full") == "1";
  std::vector<Found> found;
  for (const log::PartitionPtr& partition : topic->partitions) {
    if (only && partition->id().value() != *only) continue;
    TRY(read_partition(*partition, from, static_cast<std::size_t>(limit), whole ? whole_bytes_max : payload_bytes_shown,
                       found));
  }
  std::stable_sort(found.begin(), found.end(), [&](const Found& a, const Found& b) { return !only && a.at < b.at; });
  const std::size_t size = std::min(found.size(), static_cast<std::size_t>(limit));
  const std::size_t first = from.kind == From::Kind::latest ? found.size() - size : 0;
  Json records = Json::array();
  for (std::size_t i = first; i < first + size; ++i) records.push_back(std::move(found[i].json));
  Json next = nullptr;
  if (only && from.kind != From::Kind::latest && size == static_cast<std::size_t>(limit)) {
    const int64_t after = found[first + size - 1].offset + 1;
    if (after < topic->partitions[static_cast<std::size_t>(*only)]->high_watermark().value()) {
      next = {{"partition", *only}, {"offset", after}};
    }
  }
  return Json{{"records", std::move(records)}, {"next", std::move(next)}};
}

void get_records(const Api& api, const io::HttpRequest& request, Reply reply) {
  reply.send(read_records(api, request));
}

constexpr Route routes[] = {{io::HttpMethod::get, "/api/topics", list},
                            {io::HttpMethod::get, "/api/topics/{topic}", get},
                            {io::HttpMethod::get, "/api/topics/{topic}/records", get_records}};

}  // namespace

std::span<const Route> topic_routes() { return routes; }

}  // namespace azud::web
