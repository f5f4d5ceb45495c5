#include "web/feed/document_feeds.h"

#include <algorithm>
#include <array>

namespace azud::web {

namespace {

constexpr std::array<std::string_view, 3> kind_names = {"source", "operator", "sink"};
constexpr std::array<std::string_view, 4> exchange_names = {"forward", "hash", "broadcast", "rebalance"};
constexpr std::array<std::string_view, 5> state_names = {"starting", "running", "finished", "stopped", "failed"};

template <class Names, class Enum>
std::string_view name_of(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

/// No number that JSON can hold stands for "not yet" and "for ever".
Json watermark_json(const std::optional<TimestampMs>& watermark) {
  if (!watermark || *watermark == timestamp_min || *watermark == timestamp_max) return nullptr;
  return *watermark;
}

Json partition_json(const JobStatus::Partition& one) {
  return {{"topic", one.topic},
          {"partition", one.partition},
          {"position", one.position},
          {"end", one.end},
          {"lag", std::max<int64_t>(0, one.end - one.position)},
          {"watermark", watermark_json(one.watermark)},
          {"idle", one.idle},
          {"holds_back", one.holds_back},
          {"last_timestamp", or_null(one.last_timestamp)}};
}

}  // namespace

Status DocumentFeed::advance(TimestampMs now, std::string& delta) {
  std::string text = to_text(read_(now));
  if (text == text_) return {};
  text_ = std::move(text);
  delta += "\"data\":" + text_;
  return {};
}

void DocumentFeed::write_snapshot(const SnapshotRequest&, std::string& out) const {
  out += "\"kind\":\"doc\",\"data\":" + text_;
}

Json JobRates::instance_json(const std::string& key, const JobStatus::Instance& instance, TimestampMs now, Seen& sum) {
  Seen& seen = seen_[key];
  if (seen.at == 0 || instance.records_in < seen.in || instance.records_out < seen.out) {
    seen = {now, instance.records_in, instance.records_out, instance.busy_us.value_or(0), 0, 0, std::nullopt};
  } else if (now > seen.at) {
    const double seconds = static_cast<double>(now - seen.at) / 1000.0;
    seen.in_rate = static_cast<double>(instance.records_in - seen.in) / seconds;
    seen.out_rate = static_cast<double>(instance.records_out - seen.out) / seconds;
    if (instance.busy_us) {
      const double busy_us = static_cast<double>(*instance.busy_us - std::min(*instance.busy_us, seen.busy_us));
      seen.busy = std::clamp(busy_us / 1e6 / seconds, 0.0, 1.0);
      seen.busy_us = *instance.busy_us;
    }
    seen.at = now;
    seen.in = instance.records_in;
    seen.out = instance.records_out;
  }
  sum.in += instance.records_in;
  sum.out += instance.records_out;
  sum.in_rate += seen.in_rate;
  sum.out_rate += seen.out_rate;
  if (seen.busy) sum.busy = std::max(sum.busy.value_or(0), *seen.busy);
  return {{"records_in_per_second", seen.in_rate},
          {"records_out_per_second", seen.out_rate},
          {"watermark", watermark_json(instance.watermark)},
          {"busy", or_null(seen.busy)}};
}

Json JobRates::to_json(const JobStatus& job, TimestampMs now) {
  Json nodes = Json::array();
  for (const JobStatus::Node& node : job.nodes) {
    Seen sum;
    Json instances = Json::array();
    for (std::size_t i = 0; i < node.instances.size(); ++i) {
      Json instance = {{"index", i}};
      instance.update(instance_json(fmt::format("{}/{}/{}", job.id, node.id, i), node.instances[i], now, sum));
      instances.push_back(std::move(instance));
    }
    Json partitions = Json::array();
    for (const JobStatus::Partition& one : node.partitions) partitions.push_back(partition_json(one));
    nodes.push_back({{"id", node.id},
                     {"kind", name_of(kind_names, node.kind)},
                     {"name", node.name},
                     {"operator", node.operation},
                     {"detail", node.detail},
                     {"parallelism", node.parallelism},
                     {"records_in", sum.in},
                     {"records_out", sum.out},
                     {"records_in_per_second", sum.in_rate},
                     {"records_out_per_second", sum.out_rate},
                     {"late_rows", node.late_rows},
                     {"watermark", watermark_json(node.watermark)},
                     {"busy", or_null(sum.busy)},
                     {"state_rows", or_null(node.state_rows)},
                     {"next_fire_at", or_null(node.next_fire_at)},
                     {"instances", std::move(instances)},
                     {"partitions", std::move(partitions)}});
  }
  Json edges = Json::array();
  for (const JobStatus::Edge& edge : job.edges) {
    edges.push_back({{"from", edge.from},
                     {"to", edge.to},
                     {"exchange", name_of(exchange_names, edge.exchange)},
                     {"keys", edge.keys}});
  }
  return {{"id", job.id},
          {"state", name_of(state_names, job.state)},
          {"error", job.error ? web::to_json(*job.error) : Json(nullptr)},
          {"started_at", job.started_at},
          {"restarts", job.restarts},
          {"commits", job.commits},
          {"last_commit_at", or_null(job.last_commit_at)},
          {"last_commit_ms", or_null(job.last_commit_ms)},
          {"state_bytes", job.state_bytes},
          {"workers", job.workers},
          {"nodes", std::move(nodes)},
          {"edges", std::move(edges)}};
}

std::unique_ptr<Feed> make_jobs_feed(const JobView& view, std::string job) {
  const auto rates = std::make_shared<JobRates>();
  return std::make_unique<DocumentFeed>(
      [&view, rates, job = std::move(job)](TimestampMs now) {
        Json jobs = Json::array();
        for (const JobStatus& one : view.jobs()) {
          if (job.empty() || one.id == job) jobs.push_back(rates->to_json(one, now));
        }
        return Json{{"jobs", std::move(jobs)}};
      },
      1000);
}

}  // namespace azud::web
