#include <algorithm>

#include "stream/run/runtime.h"
#include "stream/run/runtime_parts.h"

namespace azud::stream {

Status Runtime::open_sources(Connectors& connectors, const std::map<std::string, std::string>& positions) {
  std::vector<std::size_t> node_of_scan(graph_.scans.size());
  std::vector<Connectors::ScanRequest> requests(graph_.scans.size());
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
    const std::size_t scan = graph_.nodes[n].scan;
    if (scan == GraphNode::none) continue;
    node_of_scan[scan] = n;
    requests[scan].scan = graph_.scans[scan];
    const std::string prefix = graph_.nodes[n].plan->id + "/";
    for (auto at = positions.lower_bound(prefix); at != positions.end() && at->first.starts_with(prefix); ++at)
      requests[scan].positions.emplace(at->first.substr(prefix.size()), at->second);
  }
  TRY_ASSIGN(auto opened, connectors.open_sources(requests));
  for (auto& source : opened) {
    auto part = std::make_unique<SourcePart>();
    part->source = std::move(source.source);
    for (const std::size_t scan : source.scans) {
      part->scan_nodes.push_back(node_of_scan[scan]);
      part->scan_splits.push_back(0);
      // The watermark node above the scan, through the calcs between them.
      std::size_t at = node_of_scan[scan];
      while (graph_.nodes[at].consumers.size() == 1 && graph_.nodes[at].plan->kind != sql::NodeKind::watermark &&
             (graph_.nodes[at].plan->kind == sql::NodeKind::scan || graph_.nodes[at].plan->kind == sql::NodeKind::calc))
        at = graph_.nodes[at].consumers.front().to;
      part->generators.push_back(generators_[at] ? at : GraphNode::none);
    }
    register_new_splits(*part);
    sources_.push_back(std::move(part));
  }
  return {};
}

void Runtime::register_new_splits(SourcePart& part) {
  const auto& splits = part.source->splits();
  for (std::size_t s = part.place.size(); s < splits.size(); ++s) {
    const Split& split = splits[s];
    part.place.push_back(part.scan_splits[split.scan]++);
    part.ended.push_back(false);
    const std::size_t generator = part.generators[split.scan];
    if (generator == GraphNode::none) continue;
    SplitProgress progress;
    const auto& node = graph_.nodes[generator].plan->as<sql::WatermarkNode>();
    progress.follows_clock = split.follows_clock && node.rowtime_is_record_timestamp;
    const auto restored = restored_splits_.find(graph_.nodes[part.scan_nodes[split.scan]].plan->id + "/" + split.name);
    if (restored != restored_splits_.end()) progress.watermark = restored->second;
    generators_[generator]->splits().push_back(progress);
  }
}

Status Runtime::read_sources(Epoch& epoch) {
  epoch.first_piece = next_piece_;
  epoch.piece_splits.assign(graph_.nodes.size(), {});
  epoch.clock.assign(graph_.nodes.size(), std::nullopt);
  uint64_t number = epoch.first_piece;
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    SourcePart& part = *sources_[s];
    TRY_ASSIGN(Source::Poll poll, part.source->poll(options_.epoch_bytes));
    register_new_splits(part);
    for (const uint32_t split : poll.ended) {
      part.ended[split] = true;
      const std::size_t generator = part.generators[part.source->splits()[split].scan];
      if (generator != GraphNode::none) generators_[generator]->splits()[part.place[split]].ended = true;
    }
    for (Piece& piece : poll.pieces) {
      const std::size_t scan = part.source->splits()[piece.split].scan;
      for (auto& list : epoch.piece_splits) list.push_back(WatermarkGenerator::no_split);
      if (part.generators[scan] != GraphNode::none)
        epoch.piece_splits[part.generators[scan]].back() = part.place[piece.split];
      epoch.bytes += piece.bytes.size();
      epoch.worked = true;
      const std::size_t worker = part.place[piece.split] % workers_.size();
      epoch.by_worker[worker].push_back({std::move(piece), number++, s, scan});
    }
    for (const std::size_t generator : part.generators)
      if (generator != GraphNode::none) epoch.clock[generator] = poll.clock;
    epoch.at_end &= poll.at_end;
    epoch.ended_all &= std::ranges::all_of(part.ended, [](bool ended) { return ended; });
    if (poll.again_after_us)
      epoch.again_after_us = std::min(epoch.again_after_us.value_or(*poll.again_after_us), *poll.again_after_us);
  }
  for (std::size_t n = 0; n < generators_.size(); ++n)
    if (generators_[n])
      generators_[n]->begin_epoch(epoch.first_piece, epoch.piece_splits[n], epoch.wall_ms, workers_.size());
  return {};
}

TimestampMs Runtime::watermark_of(std::size_t node) const {
  TimestampMs least = timestamp_max;
  TimestampMs highest_idle = timestamp_min;
  bool bounded = false;
  for (const std::size_t source : graph_.nodes[node].watermark_from) {
    if (generators_[source] && generators_[source]->idle()) {
      highest_idle = std::max(highest_idle, generators_[source]->watermark());
      continue;
    }
    bounded = true;
    least = std::min(least, generators_[source] ? generators_[source]->watermark() : watermarks_[source]);
  }
  return bounded ? least : highest_idle;
}

/// Called before a stage: the watermark nodes whose rows were all seen in the stages before it move on, and with them
/// the nodes of this stage.
void Runtime::advance_clocks(std::size_t stage, Epoch& epoch) {
  const bool disorder =
      std::ranges::any_of(generators_, [](const auto& generator) { return generator && generator->disorder(); });
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
    const GraphNode& node = graph_.nodes[n];
    if (node.stage != stage) continue;
    TimestampMs next = timestamp_min;
    WatermarkSchedule schedule;
    if (generators_[n]) {
      generators_[n]->end_epoch(epoch.clock[n], epoch.wall_ms, disorder, schedule);
      next = generators_[n]->watermark();
    } else if (node.inputs.empty()) {
      // A table without a watermark tells the time only by its end.
      next = epoch.ended_all && epoch.at_end ? timestamp_max : timestamp_min;
    } else {
      next = watermark_of(n);
      if (node.inputs.size() == 1) schedule = workers_.front()->nodes[node.inputs.front()]->context.schedule();
    }
    if (node.inputs.size() > 1) schedule = merged_schedule(n, epoch);
    const bool in_order = std::ranges::all_of(
        node.watermark_from, [&](std::size_t from) { return generators_[from] && generators_[from]->in_order(); });
    for (const auto& worker : workers_) {
      worker->nodes[n]->context.set_schedule(schedule);
      worker->nodes[n]->context.set_in_order(in_order);
    }
    if (next > watermarks_[n]) {
      watermarks_[n] = next;
      epoch.rose[n] = true;
      epoch.worked = true;
    }
  }
}

/// Of a node with several inputs: the minimum of theirs at every moment.
WatermarkSchedule Runtime::merged_schedule(std::size_t node, const Epoch& epoch) const {
  struct Change {
    uint64_t order;
    std::size_t input;
    TimestampMs watermark;
  };
  std::vector<Change> changes;
  std::vector<TimestampMs> at;
  for (const std::size_t input : graph_.nodes[node].inputs) {
    const OperatorContext& context = workers_.front()->nodes[input]->context;
    for (const auto& step : context.schedule().steps()) changes.push_back({step.order, at.size(), step.watermark});
    at.push_back(epoch.before[input]);
  }
  WatermarkSchedule merged;
  if (changes.empty()) return merged;
  std::ranges::sort(changes, {}, &Change::order);
  TimestampMs reached = epoch.before[node];
  for (const Change& change : changes) {
    at[change.input] = change.watermark;
    if (const TimestampMs least = *std::ranges::min_element(at); least > reached)
      merged.add(change.order, reached = least);
  }
  return merged;
}

/// When to sweep again without new rows: a source's pace, a timer, idleness, or a watermark that somebody waits for and
/// that the log's clock will reach.
std::optional<int64_t> Runtime::next_sweep_ms(const Epoch& epoch) const {
  std::optional<int64_t> after;
  const auto at_most = [&](int64_t ms) { after = std::min(after.value_or(ms), std::max<int64_t>(ms, 1)); };
  if (epoch.again_after_us) at_most((*epoch.again_after_us + 999) / 1000);
  const bool clocked = std::ranges::any_of(epoch.clock, [](const auto& clock) { return clock.has_value(); });
  for (const auto& worker : workers_)
    for (const auto& node : worker->nodes) {
      if (!node->op) continue;
      if (const TimestampMs time = node->op->next_time(); time != timestamp_max) at_most(time - epoch.wall_ms);
      if (const TimestampMs wanted = node->op->next_watermark(); clocked && wanted != timestamp_max)
        at_most(wanted + 1 - epoch.wall_ms);
    }
  for (const auto& generator : generators_)
    if (generator)
      if (const auto idle = generator->next_idle_ms()) at_most(*idle - epoch.wall_ms);
  return after;
}

}  // namespace azud::stream
