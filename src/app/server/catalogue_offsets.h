#pragma once

#include <string_view>
#include <vector>

#include "connect/http/group_positions.h"
#include "connect/kafka/kafka_environment.h"
#include "io/clock.h"
#include "kafka/broker/group/offset_store.h"
#include "kafka/broker/options.h"
#include "log/log.h"

namespace azud::app {

/// Gives the HTTP ingress and kafka tables the offsets that the broker keeps for its groups. Thread-safe.
class CatalogueOffsets final : public connect::GroupPositions, public connect::GroupOffsets {
 public:
  /// `bytes_max` as in kafka::GroupOptions::offsets_bytes_max.
  CatalogueOffsets(log::Log& log, const io::Clock& clock,
                   std::size_t bytes_max = kafka::GroupOptions().offsets_bytes_max)
      : log_(log), clock_(clock), bytes_max_(bytes_max), store_(log) {}

  std::optional<Position> find(std::string_view group, const log::TopicView& topic, int32_t partition) const override;
  void store(std::string_view group, const log::TopicPtr& topic, std::vector<Position> positions, Done done) override;

  std::optional<log::Offset> committed(std::string_view group, std::string_view topic,
                                       log::PartitionId partition) const override;
  void put(log::WriteBatch& commit, std::string_view group, std::string_view topic, log::PartitionId partition,
           log::Offset offset) const override;

 private:
  log::Log& log_;
  const io::Clock& clock_;
  const std::size_t bytes_max_;
  const kafka::OffsetStore store_;
};

}  // namespace azud::app
