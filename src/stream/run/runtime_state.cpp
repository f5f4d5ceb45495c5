#include <algorithm>

#include "stream/run/runtime.h"
#include "stream/run/runtime_parts.h"
#include "stream/state/state_codec.h"

namespace azud::stream {
namespace {

Result<uint64_t> count_entries(ByteView entries) {
  StateReader reader(entries);
  for (uint64_t count = 0;; ++count) {
    TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) return count;
  }
}

}  // namespace

std::string Runtime::write_state(Extent extent) {
  JobState state;
  const bool everything = extent == Extent::everything;
  for (const auto& part : sources_) {
    const auto& splits = part->source->splits();
    for (uint32_t s = 0; s < splits.size(); ++s) {
      const std::string name = graph_.nodes[part->scan_nodes[splits[s].scan]].plan->id + "/" + splits[s].name;
      std::string position = part->source->position(s);
      std::string& written = written_positions_[name];
      if (!everything && written == position) continue;
      written = position;
      state.positions[name] = std::move(position);
      if (const std::size_t generator = part->generators[splits[s].scan]; generator != GraphNode::none)
        state.splits[name] = generators_[generator]->splits()[part->place[s]].watermark;
    }
  }
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
    const std::string& id = graph_.nodes[n].plan->id;
    if (watermarks_[n] != timestamp_min && (everything || written_watermarks_[id] != watermarks_[n]))
      state.watermarks[id] = written_watermarks_[id] = watermarks_[n];
    if (!graph_.nodes[n].spec) continue;
    std::string entries;
    StateWriter writer(entries);
    for (const auto& worker : workers_) {
      if (everything)
        worker->nodes[n]->op->write_all(writer);
      else
        worker->nodes[n]->op->write_changes(writer);
    }
    if (!entries.empty()) state.entries[id] = std::move(entries);
  }
  const bool needed = extent != Extent::changes || !state.positions.empty() || !state.entries.empty();
  return needed ? encode(state) : std::string();
}

void Runtime::restored() {
  for (const auto& worker : workers_)
    for (const auto& node : worker->nodes)
      if (node->op) node->op->on_restored();
}

Result<std::map<std::string, std::string>> Runtime::positions_in(ByteView bytes) {
  TRY_ASSIGN(JobStateView state, decode_job_state(bytes));
  return std::move(state.positions);
}

Result<uint64_t> Runtime::read_state(ByteView bytes) {
  TRY_ASSIGN(const JobStateView state, decode_job_state(bytes));
  for (const auto& [name, position] : state.positions) written_positions_[name] = position;
  for (const auto& [name, watermark] : state.splits) restored_splits_[name] = watermark;
  for (const auto& part : sources_) {
    const auto& splits = part->source->splits();
    for (uint32_t s = 0; s < splits.size(); ++s) {
      const std::size_t generator = part->generators[splits[s].scan];
      const auto restored =
          restored_splits_.find(graph_.nodes[part->scan_nodes[splits[s].scan]].plan->id + "/" + splits[s].name);
      if (generator != GraphNode::none && restored != restored_splits_.end())
        generators_[generator]->splits()[part->place[s]].watermark = restored->second;
    }
  }
  std::map<std::string, std::size_t> nodes;
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) nodes[graph_.nodes[n].plan->id] = n;
  for (const auto& [id, watermark] : state.watermarks) {
    const auto node = nodes.find(id);
    if (node == nodes.end()) continue;
    watermarks_[node->second] = written_watermarks_[id] = watermark;
    if (generators_[node->second]) generators_[node->second]->restore(watermark);
    for (const auto& worker : workers_) worker->nodes[node->second]->context.set_watermark(watermark);
  }
  uint64_t orphans = 0;
  std::vector<std::pair<std::size_t, ByteView>> entries;  // by node
  for (const auto& [id, bytes_of_node] : state.entries) {
    const auto node = nodes.find(id);
    if (node != nodes.end() && graph_.nodes[node->second].spec) {
      entries.emplace_back(node->second, bytes_of_node);
      continue;
    }
    TRY_ASSIGN(const uint64_t count, count_entries(bytes_of_node));
    orphans += count;
  }
  // The snapshot of a large state is most of what a start takes; each worker takes its own groups out of all.
  pool_.run(bytes.size() >= options_.together_bytes, [&](std::size_t w) {
    workers_[w]->status = {};
    for (const auto& [node, bytes_of_node] : entries) {
      if (workers_[w]->status) workers_[w]->status = read_entries(w, *workers_[w]->nodes[node]->op, bytes_of_node);
    }
  });
  for (const auto& worker : workers_) TRY(worker->status);
  return orphans;
}

Status Runtime::read_entries(std::size_t worker, Operator& op, ByteView entries) const {
  StateReader reader(entries);
  while (true) {
    TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) return {};
    if (owner_of(entry->group, workers_.size()) == worker) TRY(op.read(entry->payload));
  }
}

uint64_t Runtime::state_bytes() const {
  uint64_t bytes = 0;
  for (const auto& worker : workers_)
    for (const auto& node : worker->nodes)
      if (node->op) bytes += node->op->state_bytes();
  return bytes;
}

std::vector<Runtime::NodeStatus> Runtime::node_status() const {
  std::vector<NodeStatus> list;
  for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
    NodeStatus status{.id = graph_.nodes[n].plan->id, .plan = graph_.nodes[n].plan};
    status.watermark = watermarks_[n];
    status.inputs = graph_.nodes[n].inputs;
    for (const auto& worker : workers_) {
      const NodeInstance& here = *worker->nodes[n];
      status.rows_in += here.rows_in;
      status.rows_out += here.rows_out;
      status.late_rows += here.context.late_rows();
      status.instances.push_back({here.rows_in, here.rows_out, here.busy_us});
      if (!here.op) continue;
      status.state_bytes += here.op->state_bytes();
      status.state_rows += here.op->state_rows();
      status.next_fire = std::min(status.next_fire, here.op->next_watermark());
    }
    list.push_back(std::move(status));
  }
  return list;
}

std::vector<Runtime::SplitStatus> Runtime::split_status() const {
  std::vector<SplitStatus> list;
  for (const auto& part : sources_) {
    const auto& splits = part->source->splits();
    for (uint32_t s = 0; s < splits.size(); ++s) {
      SplitStatus status{.scan_id = graph_.nodes[part->scan_nodes[splits[s].scan]].plan->id,
                         .name = splits[s].name,
                         .position = part->source->position(s)};
      if (const std::size_t generator = part->generators[splits[s].scan]; generator != GraphNode::none) {
        const auto& all = generators_[generator]->splits();
        status.progress = all[part->place[s]];
        const bool others_ahead = std::ranges::any_of(
            all, [&](const SplitProgress& other) { return other.watermark > status.progress->watermark; });
        status.holds_back = others_ahead && !status.progress->idle && !status.progress->ended &&
                            status.progress->watermark <= generators_[generator]->watermark();
      }
      list.push_back(std::move(status));
    }
  }
  return list;
}

}  // namespace azud::stream
