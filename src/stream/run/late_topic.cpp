#include "stream/run/late_topic.h"

#include <nlohmann/json.hpp>

#include "data/text.h"

namespace azud::stream {

void LateTopic::keep(const sql::PhysicalNode& node, const data::Batch& batch, std::size_t row, TimestampMs watermark) {
  if (!partition_) return;
  nlohmann::json value{
      {"job", job_}, {"operator", node.id}, {"watermark", watermark}, {"row", nlohmann::json::object()}};
  const sql::Schema& schema = node.inputs.empty() ? node.output : node.inputs.front()->output;
  for (std::size_t c = 0; c < batch.columns.size() && c < schema.size(); ++c) {
    if (batch.columns[c]->is_null(row))
      value["row"][schema[c].name] = nullptr;
    else
      value["row"][schema[c].name] = data::to_text(*batch.columns[c], row);
  }
  const MutexLock lock(mutex_);
  builder_.add(clock_.wall_ms(), std::nullopt, value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void LateTopic::commit_into(log::WriteBatch& commit) {
  const MutexLock lock(mutex_);
  if (!builder_.empty()) commit.append(partition_, builder_.finish());
}

}  // namespace azud::stream
