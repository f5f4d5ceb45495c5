#include "web/feed/job_meter.h"

#include <algorithm>
#include <array>
#include <set>

namespace azud::web {

namespace {

constexpr std::size_t samples_max = 6;
constexpr int64_t samples_ms_max = 10'000;

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

std::string key_of(const std::string& job, const JobStatus::Node& node, std::size_t instance) {
  return fmt::format("{}/{}/{}", job, node.id, instance);
}

}  // namespace

void JobMeter::sample(TimestampMs now) {
  std::set<std::string> seen;
  for (const JobStatus& job : view_.jobs()) {
    for (const JobStatus::Node& node : job.nodes) {
      for (std::size_t i = 0; i < node.instances.size(); ++i) {
        const JobStatus::Instance& instance = node.instances[i];
        const auto key = seen.insert(key_of(job.id, node, i)).first;
        Samples& samples = samples_[*key];
        // A job that was started again counts from zero.
        if (!samples.empty() && (instance.records_in < samples.back().in || instance.records_out < samples.back().out))
          samples.clear();
        samples.push_back({now, instance.records_in, instance.records_out, instance.busy_us});
        while (samples.size() > samples_max || now - samples.front().at > samples_ms_max) samples.pop_front();
      }
    }
  }
  std::erase_if(samples_, [&](const auto& entry) { return !seen.contains(entry.first); });
}

JobMeter::Rates JobMeter::rates_of(const Samples& samples) {
  if (samples.size() < 2) return {};
  const Sample &first = samples.front(), &last = samples.back();
  if (last.at <= first.at) return {};
  const double seconds = static_cast<double>(last.at - first.at) / 1000.0;
  Rates rates{static_cast<double>(last.in - first.in) / seconds, static_cast<double>(last.out - first.out) / seconds,
              std::nullopt};
  if (first.busy_us && last.busy_us && *last.busy_us >= *first.busy_us)
    rates.busy = std::clamp(static_cast<double>(*last.busy_us - *first.busy_us) / 1e6 / seconds, 0.0, 1.0);
  return rates;
}

Json JobMeter::node_json(const std::string& job, const JobStatus::Node& node) const {
  uint64_t in = 0, out = 0;
  Rates sum;
  Json instances = Json::array();
  for (std::size_t i = 0; i < node.instances.size(); ++i) {
    const JobStatus::Instance& instance = node.instances[i];
    const auto samples = samples_.find(key_of(job, node, i));
    const Rates rates = samples == samples_.end() ? Rates{} : rates_of(samples->second);
    instances.push_back({{"index", i},
                         {"records_in_per_second", rates.in},
                         {"records_out_per_second", rates.out},
                         {"watermark", watermark_json(instance.watermark)},
                         {"busy", or_null(rates.busy)}});
    in += instance.records_in;
    out += instance.records_out;
    sum.in += rates.in;
    sum.out += rates.out;
    if (rates.busy) sum.busy = std::max(sum.busy.value_or(0), *rates.busy);
  }
  Json partitions = Json::array();
  for (const JobStatus::Partition& one : node.partitions) partitions.push_back(partition_json(one));
  return {{"id", node.id},
          {"kind", name_of(kind_names, node.kind)},
          {"name", node.name},
          {"operator", node.operation},
          {"detail", node.detail},
          {"parallelism", node.parallelism},
          {"records_in", in},
          {"records_out", out},
          {"records_in_per_second", sum.in},
          {"records_out_per_second", sum.out},
          {"late_rows", node.late_rows},
          {"watermark", watermark_json(node.watermark)},
          {"busy", or_null(sum.busy)},
          {"state_rows", or_null(node.state_rows)},
          {"next_fire_at", or_null(node.next_fire_at)},
          {"instances", std::move(instances)},
          {"partitions", std::move(partitions)}};
}

Json JobMeter::job_json(const JobStatus& job) const {
  Json nodes = Json::array();
  for (const JobStatus::Node& node : job.nodes) nodes.push_back(node_json(job.id, node));
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

Json JobMeter::to_json(std::string_view job) const {
  Json jobs = Json::array();
  for (const JobStatus& one : view_.jobs()) {
    if (job.empty() || one.id == job) jobs.push_back(job_json(one));
  }
  return {{"jobs", std::move(jobs)}};
}

}  // namespace azud::web
