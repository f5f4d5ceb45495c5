#include "app/server/job_view.h"

#include <algorithm>
#include <charconv>

#include "sql/explain/explain.h"
#include "sql/plan/physical_io.h"
#include "sql/plan/physical_rows.h"

namespace azud::app {
namespace {

using Nodes = std::vector<stream::Runtime::NodeStatus>;

constexpr std::size_t detail_bytes_max = 200;

std::string_view operation_of(const sql::PhysicalNode& node) {
  switch (node.kind) {
    case sql::NodeKind::scan: return "scan";
    case sql::NodeKind::values: return "values";
    case sql::NodeKind::calc: return node.as<sql::CalcNode>().condition ? "filter" : "project";
    case sql::NodeKind::union_all: return "union all";
    case sql::NodeKind::correlate: return "unnest";
    case sql::NodeKind::exchange: return "exchange";
    case sql::NodeKind::watermark: return "watermark";
    case sql::NodeKind::changelog_normalize: return "changelog";
    case sql::NodeKind::upsert_materialize: return "changelog";
    case sql::NodeKind::window_assign: return "window";
    case sql::NodeKind::window_aggregate: return "window aggregate";
    case sql::NodeKind::group_aggregate: return "aggregate";
    case sql::NodeKind::over: return "over";
    case sql::NodeKind::sorted_over: return "sorted over";
    case sql::NodeKind::temporal_join: return "temporal join";
    case sql::NodeKind::limit: return "limit";
    case sql::NodeKind::sink: return "write";
  }
  return "operator";
}

/// Not shown as a box of its own.
bool is_folded(const sql::PhysicalNode& node) {
  return node.kind == sql::NodeKind::exchange || node.kind == sql::NodeKind::watermark;
}

sql::TablePtr table_of(const sql::PhysicalNode& node) {
  if (node.kind == sql::NodeKind::scan) return node.as<sql::ScanNode>().table;
  if (node.kind == sql::NodeKind::sink) return node.as<sql::SinkNode>().table;
  return nullptr;
}

std::string option_of(const sql::TableDefinition& table, const std::string& key) {
  const auto found = table.options.find(key);
  return found == table.options.end() ? "" : found->second;
}

std::string format_of(const sql::TableDefinition& table) {
  const std::string format = option_of(table, "value.format");
  return format.empty() ? option_of(table, "format") : format;
}

std::optional<TimestampMs> known(TimestampMs at) {
  return at == timestamp_min || at == timestamp_max ? std::nullopt : std::optional(at);
}

/// The node that gives what node `from` says, below exchanges and watermarks, and how it is spread on the way.
web::JobStatus::Edge edge_from(const Nodes& nodes, std::size_t from) {
  web::JobStatus::Edge edge;
  while (is_folded(*nodes[from].plan) && !nodes[from].inputs.empty()) {
    const sql::PhysicalNode& node = *nodes[from].plan;
    if (node.kind == sql::NodeKind::exchange) {
      edge.exchange = web::JobStatus::Exchange::hash;
      edge.keys.clear();
      for (const int32_t key : node.as<sql::ExchangeNode>().keys) {
        edge.keys.push_back(node.output[static_cast<std::size_t>(key)].name);
      }
    }
    from = nodes[from].inputs.front();
  }
  edge.from = nodes[from].id;
  return edge;
}

/// A source's own watermark is that of the watermark node above it, through the projections between.
TimestampMs watermark_of_source(const Nodes& nodes, std::size_t source) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].plan->kind != sql::NodeKind::watermark) continue;
    std::size_t below = i;
    while (!nodes[below].inputs.empty()) below = nodes[below].inputs.front();
    if (below == source) return nodes[i].watermark;
  }
  return nodes[source].watermark;
}

web::JobStatus::Partition partition_of(const stream::Runtime::SplitStatus& split, const log::Log& log) {
  web::JobStatus::Partition out;
  out.topic = split.name;
  std::from_chars(split.position.data(), split.position.data() + split.position.size(), out.position);
  if (const std::size_t dash = split.name.rfind('-'); dash != std::string::npos) {
    const char* digits = split.name.data() + dash + 1;
    if (std::from_chars(digits, split.name.data() + split.name.size(), out.partition).ec == std::errc()) {
      out.topic = split.name.substr(0, dash);
    }
  }
  out.end = out.position;
  const log::TopicPtr topic = log.find_topic(out.topic);
  if (topic && static_cast<std::size_t>(out.partition) < topic->partitions.size()) {
    out.end = topic->partitions[static_cast<std::size_t>(out.partition)]->high_watermark().value();
  }
  if (split.progress) {
    out.watermark = known(split.progress->watermark);
    out.idle = split.progress->idle;
    if (split.progress->last_data_ms > 0) out.last_timestamp = split.progress->last_data_ms;
  }
  out.holds_back = split.holds_back;
  return out;
}

web::JobStatus::Node node_of(const stream::JobStatus& job, std::size_t i, const log::Log& log) {
  const stream::Runtime::NodeStatus& status = job.nodes[i];
  const sql::PhysicalNode& plan = *status.plan;
  const sql::TablePtr table = table_of(plan);
  web::JobStatus::Node out;
  out.id = status.id;
  out.kind = plan.kind == sql::NodeKind::scan   ? web::JobStatus::NodeKind::source
             : plan.kind == sql::NodeKind::sink ? web::JobStatus::NodeKind::sink
                                                : web::JobStatus::NodeKind::operation;
  out.operation = operation_of(plan);
  out.name = table ? table->name : out.operation;
  out.detail =
      table ? option_of(*table, "connector") + " " + format_of(*table) : sql::describe(plan, sql::Wording::names);
  if (out.detail.size() > detail_bytes_max) out.detail.resize(detail_bytes_max);
  out.late_rows = status.late_rows;
  const bool source = out.kind == web::JobStatus::NodeKind::source;
  out.watermark = known(source ? watermark_of_source(job.nodes, i) : status.watermark);
  if (status.state_rows > 0) out.state_rows = status.state_rows;
  out.next_fire_at = known(status.next_fire);
  out.parallelism = static_cast<uint32_t>(job.workers);
  for (const stream::Runtime::NodeStatus::Instance& one : status.instances) {
    out.instances.push_back({.records_in = one.rows_in,
                             .records_out = one.rows_out,
                             .watermark = out.watermark,
                             .busy_us = static_cast<uint64_t>(std::max<int64_t>(0, one.busy_us))});
  }
  for (const stream::Runtime::SplitStatus& split : job.splits) {
    if (split.scan_id == status.id) out.partitions.push_back(partition_of(split, log));
  }
  return out;
}

web::JobStatus::State state_of(stream::JobStatus::State state) {
  switch (state) {
    case stream::JobStatus::State::starting:
    case stream::JobStatus::State::waiting: return web::JobStatus::State::starting;
    case stream::JobStatus::State::running: return web::JobStatus::State::running;
    case stream::JobStatus::State::finished: return web::JobStatus::State::finished;
    case stream::JobStatus::State::stopped: return web::JobStatus::State::stopped;
    case stream::JobStatus::State::failed: return web::JobStatus::State::failed;
  }
  return web::JobStatus::State::starting;
}

}  // namespace

std::vector<web::JobStatus> RunningJobs::jobs() const {
  std::vector<web::JobStatus> out;
  for (const std::shared_ptr<stream::Job>& running : jobs_.all()) {
    const stream::JobStatus job = running->status();
    web::JobStatus status;
    status.id = job.name;
    status.state = state_of(job.state);
    status.error = job.error;
    status.started_at = job.started_ms;
    status.restarts = job.restarts;
    status.commits = job.commits;
    if (job.last_commit_ms > 0) {
      status.last_commit_at = job.last_commit_ms;
      status.last_commit_ms = static_cast<double>(job.last_commit_took_us) / 1000.0;
    }
    status.state_bytes = job.state_bytes;
    status.workers = static_cast<uint32_t>(job.workers);
    for (std::size_t i = 0; i < job.nodes.size(); ++i) {
      if (is_folded(*job.nodes[i].plan)) continue;
      status.nodes.push_back(node_of(job, i, log_));
      for (const std::size_t input : job.nodes[i].inputs) {
        web::JobStatus::Edge edge = edge_from(job.nodes, input);
        edge.to = job.nodes[i].id;
        status.edges.push_back(std::move(edge));
      }
    }
    out.push_back(std::move(status));
  }
  return out;
}

Result<std::vector<web::PlanStage>> RunningJobs::plan(std::string_view name) const {
  const std::shared_ptr<stream::Job> job = jobs_.find(std::string(name));
  if (!job) return fail(Code::not_found, "there is no job {}", name);
  sql::PhysicalPlan plan;
  for (const stream::Runtime::NodeStatus& node : job->status().nodes) {
    if (node.plan->kind == sql::NodeKind::sink) plan.sinks.push_back(node.plan);
  }
  return std::vector<web::PlanStage>{{"Physical plan", sql::to_text(plan)}};
}

std::optional<web::TopicColumns> RunningJobs::columns(std::string_view topic) const {
  for (const std::shared_ptr<stream::Job>& job : jobs_.all()) {
    for (const stream::Runtime::NodeStatus& node : job->status().nodes) {
      const sql::TablePtr table = table_of(*node.plan);
      if (!table || option_of(*table, "topic") != topic) continue;
      web::TopicColumns out{format_of(*table), {}};
      for (const sql::TableColumn& column : table->columns) {
        if (column.kind == sql::TableColumn::Kind::physical) out.names.push_back(column.name);
      }
      return out;
    }
  }
  return std::nullopt;
}

}  // namespace azud::app
