#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"
#include "log/topic.h"

namespace azud::connect {

/// The offsets that consumer groups have stored, wherever they are kept: the same that Kafka clients see. Implemented
/// by who owns them. Thread-safe.
class GroupPositions {
 public:
  virtual ~GroupPositions() = default;

  struct Position {
    int32_t partition = 0;
    int64_t offset = 0;  ///< of the next record to be read
    std::string metadata;
  };

  /// Nothing if the group has stored none for this partition of this topic.
  virtual std::optional<Position> find(std::string_view group, const log::TopicView& topic,
                                       int32_t partition) const = 0;

  using Done = UniqueFunction<void(Status)>;
  /// `done` is called once the positions are durable, on any thread.
  virtual void store(std::string_view group, const log::TopicPtr& topic, std::vector<Position> positions,
                     Done done) = 0;
};

}  // namespace azud::connect
