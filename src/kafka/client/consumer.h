#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "kafka/client/admin.h"

namespace azud::kafka {

/// A record as a consumer gets it; the views live for the callback only.
struct IncomingMessage {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
  TimestampMs timestamp_ms = -1;
  bool has_key = false;
  bool has_value = false;  ///< false = tombstone
  std::string_view key;
  std::string_view value;
};

struct ConsumerSettings {
  std::string bootstrap_servers;
  std::string topic;
  std::string group;    ///< empty: no group, all partitions
  OffsetTarget start;   ///< without a group
  bool to_end = false;  ///< stop at the end offsets found at the start
  int64_t records_max = -1;
};

/// Reads a topic and calls `take` for each record until it returns false, `records_max` is reached, the end is reached
/// (`to_end`), or `stopped` says so (asked at least every 100 ms).
Status consume(const ConsumerSettings& settings, const UniqueFunction<bool(const IncomingMessage&) const>& take,
               const UniqueFunction<bool() const>& stopped);

}  // namespace azud::kafka
