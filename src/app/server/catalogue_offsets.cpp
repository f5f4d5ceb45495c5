#include "app/server/catalogue_offsets.h"

#include <utility>

namespace azud::app {
namespace {

constexpr int32_t unknown_epoch = -1;

}  // namespace

std::optional<connect::GroupPositions::Position> CatalogueOffsets::find(std::string_view group,
                                                                        const log::TopicView& topic,
                                                                        int32_t partition) const {
  const auto committed = store_.find(group, topic, partition);
  if (!committed) return std::nullopt;
  return Position{partition, committed->offset, committed->metadata};
}

void CatalogueOffsets::store(std::string_view group, const log::TopicPtr& topic, std::vector<Position> positions,
                             Done done) {
  log::WriteBatch batch;
  for (Position& each : positions) {
    const kafka::CommittedOffset committed{topic->topic->id(), each.offset, unknown_epoch, clock_.wall_ms(),
                                           std::move(each.metadata)};
    if (!store_.has_room(group, *topic, each.partition, committed, bytes_max_)) {
      return done(fail(Code::unavailable, "no room for offsets of a new group: all may take {} bytes", bytes_max_));
    }
    kafka::OffsetStore::put(batch, group, topic->topic->name(), each.partition, committed);
  }
  log_.commit(std::move(batch), [callback = std::move(done)](const Result<std::vector<log::Appended>>& result) mutable {
    callback(result ? Status() : std::unexpected(result.error()));
  });
}

std::optional<log::Offset> CatalogueOffsets::committed(std::string_view group, std::string_view topic,
                                                       log::PartitionId partition) const {
  const auto view = log_.find_topic(topic);
  const auto found = view ? store_.find(group, *view, partition.value()) : std::nullopt;
  return found ? std::optional(log::Offset(found->offset)) : std::nullopt;
}

void CatalogueOffsets::put(log::WriteBatch& commit, std::string_view group, std::string_view topic,
                           log::PartitionId partition, log::Offset offset) const {
  const auto view = log_.find_topic(topic);
  if (!view) return;  // deleted meanwhile
  kafka::OffsetStore::put(commit, group, topic, partition.value(),
                          {view->topic->id(), offset.value(), unknown_epoch, clock_.wall_ms(), {}});
}

}  // namespace azud::app
