#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

/// A group as the log's catalogue keeps it (table "groups", key = the group's name), so that members go on as if
/// nothing had happened when azud starts again. On disk: a version byte, then these fields in the protocol's own
/// encoding.
struct GroupImage {
  struct Protocol {
    std::string name;
    SharedBytes metadata;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("metadata", m.metadata);
    }
  };

  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    int32_t session_timeout_ms = 0;
    int32_t rebalance_timeout_ms = 0;
    std::vector<Protocol> protocols;
    SharedBytes assignment;

    static void visit(auto& m, auto& v) {
      v.field("id", m.id);
      v.field("instanceId", m.instance_id, nullable());
      v.field("clientId", m.client_id);
      v.field("clientHost", m.client_host);
      v.field("sessionTimeoutMs", m.session_timeout_ms);
      v.field("rebalanceTimeoutMs", m.rebalance_timeout_ms);
      v.field("protocols", m.protocols);
      v.field("assignment", m.assignment);
    }
  };

  int32_t generation = 0;
  std::string protocol_type;
  std::string protocol;
  std::string leader;
  TimestampMs emptied_ms = 0;  ///< when the last member went; offsets expire from then on
  std::vector<Member> members;

  static void visit(auto& m, auto& v) {
    v.field("generation", m.generation);
    v.field("protocolType", m.protocol_type);
    v.field("protocol", m.protocol);
    v.field("leader", m.leader);
    v.field("emptiedMs", m.emptied_ms);
    v.field("members", m.members);
  }
};

inline constexpr std::string_view groups_table = "groups";

std::string to_bytes(const GroupImage& image);
Result<GroupImage> group_image_of(ByteView bytes);

}  // namespace azud::kafka
