#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/unique_function.h"
#include "kafka/wire/message/group_membership.h"

namespace azud::kafka {

/// Where a request of a group came from.
struct Caller {
  std::string client_id;
  std::string client_host;
  int16_t version = 0;
};

using JoinDone = UniqueFunction<void(JoinGroupResponse)>;
using SyncDone = UniqueFunction<void(SyncGroupResponse)>;

/// One member of a group, with the calls of it that wait. Times are monotonic milliseconds.
struct Member {
  struct Protocol {
    std::string name;
    SharedBytes metadata;
    bool operator==(const Protocol& other) const {
      return name == other.name && metadata.view() == other.metadata.view();
    }
  };

  std::string id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = 0;
  std::vector<Protocol> protocols;  ///< the one it likes best first
  SharedBytes assignment;

  bool is_new = true;       ///< has not been part of a generation
  bool must_sync = false;   ///< got its generation and has not asked for its assignment yet
  int64_t deadline_ms = 0;  ///< by when it must be heard of
  JoinDone join;            ///< answered when its generation is complete
  SyncDone sync;            ///< answered when the leader has assigned

  /// A member whose call waits here is alive, except for a new one that may have given up.
  bool is_waiting() const { return (join != nullptr && !is_new) || sync != nullptr; }

  bool speaks(std::string_view protocol) const {
    for (const Protocol& p : protocols) {
      if (p.name == protocol) return true;
    }
    return false;
  }
  /// About what it takes in memory.
  std::size_t bytes() const {
    std::size_t total = sizeof(Member) + 2 * id.size() + client_id.size() + client_host.size() + assignment.size();
    if (instance_id) total += 2 * instance_id->size();
    for (const Protocol& p : protocols) total += sizeof(Protocol) + p.name.size() + p.metadata.size();
    return total;
  }
  SharedBytes metadata_for(std::string_view protocol) const {
    for (const Protocol& p : protocols) {
      if (p.name == protocol) return p.metadata;
    }
    return {};
  }
};

}  // namespace azud::kafka
