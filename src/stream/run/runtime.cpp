#include "stream/run/runtime.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "sql/plan/physical_rows.h"
#include "stream/op/projector.h"
#include "stream/run/runtime_parts.h"

namespace azud::stream {
namespace {

bool reads_watermarks(const GraphNode& node) {
  if (node.plan->kind != sql::NodeKind::calc) return false;
  const auto& calc = node.plan->as<sql::CalcNode>();
  return (calc.condition && reads_watermark(*calc.condition)) ||
         std::ranges::any_of(calc.projections, [](const auto& projection) { return reads_watermark(*projection); });
}

}  // namespace

Status Runtime::Router::rows(data::Batch batch) {
  if (batch.rows == 0) return {};
  TRY(check_time());
  worker_.nodes[node_]->rows_out += batch.rows;
  const auto& consumers = runtime_.graph_.nodes[node_].consumers;
  for (std::size_t i = 0; i + 1 < consumers.size(); ++i) TRY(deliver(consumers[i], batch));
  return consumers.empty() ? Status() : deliver(consumers.back(), std::move(batch));
}

Status Runtime::Router::check_time() const {
  if (runtime_.options_.give_up_at_us == nullptr) return {};
  const int64_t at_us = *runtime_.options_.give_up_at_us;
  if (at_us == 0 || runtime_.clock_.monotonic_us() < at_us) return {};
  return fail(Code::cancelled, "stopped in the middle of its work");
}

Status Runtime::Router::account(const data::Batch& batch) {
  constexpr std::size_t batch_bytes = 200, column_bytes = 150, row_bytes = 16, value_bytes = 16;
  const std::size_t columns = batch.columns.size();
  worker_.waiting_bytes += batch_bytes + column_bytes * columns + batch.rows * (row_bytes + value_bytes * columns);
  if (worker_.waiting_bytes <= runtime_.options_.waiting_bytes_max) return {};
  return std::unexpected(
      Error(Code::invalid,
            fmt::format("one step makes more than {} MiB of rows at once", runtime_.options_.waiting_bytes_max >> 20),
            "look for a join without a condition, or for views that are joined with themselves"));
}

Status Runtime::Router::deliver(const GraphNode::Edge& edge, data::Batch batch) {
  const GraphNode& reader = runtime_.graph_.nodes[edge.to];
  NodeInstance& here = *worker_.nodes[edge.to];
  const bool waits = reader.stage > runtime_.graph_.nodes[node_].stage;
  if (waits || here.sink) TRY(account(batch));
  if (waits) {
    if (reader.plan->kind != sql::NodeKind::exchange) {
      if (runtime_.generators_[edge.to])
        TRY(runtime_.generators_[edge.to]->observe(batch, worker_.index, here.context.wall_ms()));
      here.mail[edge.input][worker_.index].push_back(std::move(batch));
      return {};
    }
    const auto& keys = reader.plan->as<sql::ExchangeNode>().keys;
    return splitter_.split(batch, keys, runtime_.workers_.size(), [&](std::size_t to, data::Batch rows) -> Status {
      runtime_.workers_[to]->nodes[edge.to]->mail[edge.input][worker_.index].push_back(std::move(rows));
      return {};
    });
  }
  here.rows_in += batch.rows;
  const Busy busy(worker_, here, runtime_.clock_);
  if (here.sink) return here.sink->on_rows(batch);
  return here.op->on_rows(edge.input, std::move(batch), *here.out);
}

Runtime::Runtime(Graph graph, LateRows& late, const io::Clock& clock, Options options)
    : graph_(std::move(graph)), late_(late), clock_(clock), options_(std::move(options)), pool_(options_.parallelism) {
  watermarks_.assign(graph_.nodes.size(), timestamp_min);
  generators_.resize(graph_.nodes.size());
}

Runtime::~Runtime() = default;

Result<std::unique_ptr<Runtime>> Runtime::open(const sql::PhysicalPlan& plan, Connectors& connectors,
                                               const std::map<std::string, std::string>& positions, LateRows& late,
                                               const io::Clock& clock, Options options) {
  TRY_ASSIGN(Graph graph, Graph::build(plan, options.eval));
  std::unique_ptr<Runtime> runtime(new Runtime(std::move(graph), late, clock, std::move(options)));
  for (std::size_t i = 0; i < runtime->graph_.nodes.size(); ++i) {
    const GraphNode& node = runtime->graph_.nodes[i];
    if (node.plan->kind == sql::NodeKind::watermark) {
      TRY_ASSIGN(runtime->generators_[i],
                 WatermarkGenerator::make(node.plan->as<sql::WatermarkNode>(), runtime->options_.eval));
    }
  }
  if (std::ranges::any_of(runtime->graph_.nodes, reads_watermarks))
    for (auto& generator : runtime->generators_)
      if (generator) generator->tell_all_steps();
  TRY(runtime->open_sources(connectors, positions));
  TRY(runtime->open_workers(connectors));
  return runtime;
}

Status Runtime::open_workers(Connectors& connectors) {
  for (const auto& sink : graph_.sinks) {
    TRY_ASSIGN(auto opened, connectors.open_sink(sink));
    sinks_.push_back(std::move(opened));
  }
  const std::size_t parallelism = options_.parallelism;
  for (std::size_t w = 0; w < parallelism; ++w) {
    auto worker = std::make_unique<Worker>();
    worker->index = w;
    worker->rejected.resize(sources_.size());
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      const GraphNode& node = graph_.nodes[n];
      auto instance = std::make_unique<NodeInstance>(*node.plan, w, parallelism, late_);
      instance->out = std::make_unique<Router>(*this, *worker, n);
      instance->mail.assign(node.inputs.size(), std::vector<std::vector<data::Batch>>(parallelism));
      if (node.spec) instance->op = node.spec->open(instance->context);
      if (node.sink != GraphNode::none) {
        TRY_ASSIGN(auto writer, sinks_[node.sink]->open_writer(w, parallelism));
        instance->sink = std::make_unique<SinkOperator>(node.plan->as<sql::SinkNode>(), std::move(writer),
                                                        sinks_[node.sink]->takes_all_changes());
      }
      worker->nodes.push_back(std::move(instance));
    }
    for (const auto& part : sources_)
      for (std::size_t scan = 0; scan < part->scan_nodes.size(); ++scan) {
        TRY_ASSIGN(auto decoder, part->source->make_decoder(scan));
        worker->nodes[part->scan_nodes[scan]]->decoder.push_back(std::move(decoder));
      }
    workers_.push_back(std::move(worker));
  }
  return {};
}

Status Runtime::run_stage(std::size_t stage, Epoch& epoch) {
  pool_.run(epoch.together, [&](std::size_t w) { workers_[w]->status = work(w, stage, epoch); });
  for (const auto& worker : workers_)
    if (!worker->status) return worker->status;
  return {};
}

Status Runtime::work(std::size_t w, std::size_t stage, Epoch& epoch) {
  Worker& worker = *workers_[w];
  if (stage == 0) TRY(decode(worker, epoch));
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
    const GraphNode& node = graph_.nodes[n];
    if (node.stage != stage) continue;
    NodeInstance& here = *worker.nodes[n];
    const Busy busy(worker, here, clock_);
    TRY(open_mailboxes(worker, n, epoch));
    if (!here.op) continue;
    if (here.op->next_time() <= epoch.wall_ms) TRY(here.op->on_time(epoch.wall_ms, *here.out));
    if (epoch.rose[n]) {
      here.context.set_watermark(watermarks_[n]);
      TRY(here.op->on_watermark(watermarks_[n], *here.out));
    }
    TRY(here.op->on_epoch_end(*here.out));
  }
  return {};
}

Status Runtime::decode(Worker& worker, Epoch& epoch) {
  auto& assigned = epoch.by_worker[worker.index];
  std::ranges::stable_sort(assigned, {}, [](const Epoch::Assigned& a) { return std::pair(a.source, a.scan); });
  std::vector<Piece> pieces;
  for (std::size_t from = 0, to = 0; from < assigned.size(); from = to) {
    pieces.clear();
    const auto& first = assigned[from];
    while (to < assigned.size() && assigned[to].source == first.source && assigned[to].scan == first.scan)
      pieces.push_back(assigned[to++].piece);
    const std::size_t node = sources_[first.source]->scan_nodes[first.scan];
    NodeInstance& scan = *worker.nodes[node];
    const Busy busy(worker, scan, clock_);
    TRY_ASSIGN(Decoder::Decoded decoded, scan.decoder.front()->decode(pieces));
    scan.rows_in += decoded.rows.rows + decoded.rejected.size();
    data::Batch& rows = decoded.rows;
    rows.order.resize(rows.rows);
    for (std::size_t p = 0, row = 0; p < pieces.size(); ++p) {
      const uint64_t piece = assigned[from + p].number << 20;
      for (uint64_t in_piece = 0; row < decoded.ends[p]; ++row) rows.order[row] = piece | in_piece++;
    }
    auto& rejected = worker.rejected[first.source];
    std::ranges::move(decoded.rejected, std::back_inserter(rejected));
    TRY(scan.out->rows(std::move(rows)));
  }
  return {};
}

Status Runtime::open_mailboxes(Worker& worker, std::size_t n, Epoch&) {
  const GraphNode& node = graph_.nodes[n];
  NodeInstance& here = *worker.nodes[n];
  if (node.is_border()) {
    std::vector<data::Batch> all;
    for (auto& input : here.mail)
      for (auto& sender : input) {
        std::ranges::move(sender, std::back_inserter(all));
        sender.clear();
      }
    for (data::Batch& batch : merge_by_order(std::move(all))) {
      here.rows_in += batch.rows;
      TRY(here.out->rows(std::move(batch)));
    }
    return {};
  }
  for (std::size_t input = 0; input < here.mail.size(); ++input)
    for (auto& sender : here.mail[input]) {
      for (data::Batch& batch : sender) {
        here.rows_in += batch.rows;
        if (here.sink)
          TRY(here.sink->on_rows(batch));
        else
          TRY(here.op->on_rows(input, std::move(batch), *here.out));
      }
      sender.clear();
    }
  return {};
}

Result<Runtime::Swept> Runtime::sweep() {
  Epoch epoch;
  epoch.wall_ms = clock_.wall_ms();
  epoch.by_worker.resize(workers_.size());
  epoch.rose.assign(graph_.nodes.size(), false);
  epoch.before = watermarks_;
  for (const auto& worker : workers_) {
    worker->waiting_bytes = 0;
    for (const auto& node : worker->nodes) node->context.begin_epoch(epoch.wall_ms);
  }
  TRY(read_sources(epoch));
  epoch.together = epoch.bytes >= options_.together_bytes;
  for (std::size_t stage = 0; stage < graph_.stages; ++stage) {
    advance_clocks(stage, epoch);
    TRY(run_stage(stage, epoch));
  }
  for (const auto& worker : workers_)
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
      if (epoch.rose[n]) worker->nodes[n]->context.set_watermark(watermarks_[n]);
  next_piece_ = epoch.first_piece + (epoch.piece_splits.empty() ? 0 : epoch.piece_splits.front().size());
  first_sweep_ = false;
  return Swept{.worked = epoch.worked,
               .at_end = epoch.at_end,
               .finished = epoch.at_end && epoch.ended_all,
               .again_after_ms = next_sweep_ms(epoch)};
}

void Runtime::notify(const std::function<void()>& wake) {
  for (const auto& part : sources_) part->source->notify([wake] { wake(); });
}

bool Runtime::has_output() const {
  for (const auto& worker : workers_)
    for (const auto& node : worker->nodes)
      if (node->sink && node->sink->holds_rows()) return true;
  return false;
}

Status Runtime::write_output(log::WriteBatch& commit) {
  for (const auto& worker : workers_)
    for (const auto& node : worker->nodes)
      if (node->sink) {
        TRY(node->sink->flush());
        TRY(node->sink->writer().commit_into(commit));
      }
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    std::vector<Rejected> rejected;
    for (const auto& worker : workers_) {
      std::ranges::move(worker->rejected[s], std::back_inserter(rejected));
      worker->rejected[s].clear();
    }
    TRY(sources_[s]->source->commit_into(rejected, commit));
  }
  return {};
}

Status Runtime::output_committed() {
  for (const auto& worker : workers_)
    for (const auto& node : worker->nodes)
      if (node->sink) TRY(node->sink->writer().committed());
  return {};
}

}  // namespace azud::stream
