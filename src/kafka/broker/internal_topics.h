#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace azud::kafka {

/// Names that Kafka keeps for its own records. They are kept elsewhere here, so such a topic holds nothing, but clients
/// treat it as they do there: they may not write to it, and lists without internal topics leave it out.
inline bool is_internal_topic(std::string_view name) {
  constexpr auto names =
      std::to_array<std::string_view>({"__consumer_offsets", "__share_group_state", "__transaction_state"});
  return std::ranges::find(names, name) != names.end();
}

}  // namespace azud::kafka
