#pragma once

#include <cstddef>
#include <vector>

#include "kafka/broker/fetch/fetch_session.h"
#include "kafka/wire/message/fetch.h"
#include "log/log.h"

namespace azud::kafka {

struct FetchLimits {
  std::size_t bytes_max = 0;  ///< of all partitions together; one batch may go past it
  bool by_topic_id = false;
  bool read_committed = false;
};

/// One partition's part of an answer, and where to wait for more.
struct FetchedPartition {
  FetchResponse::Partition answer;
  log::PartitionPtr partition;  ///< null if there is an error
  log::Offset seen;             ///< its high watermark when it was read
};

struct Fetched {
  std::vector<FetchedPartition> partitions;  ///< one for each target, in their order
  std::size_t bytes = 0;
  bool has_error = false;
};

/// Reads what is there. The first partition that has records gives at least one batch, whatever the limits say.
Fetched read_targets(const log::Log& log, const std::vector<FetchTarget>& targets, const FetchLimits& limits);

}  // namespace azud::kafka
