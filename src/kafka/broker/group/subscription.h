#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace azud::kafka {

/// The protocol type of groups whose members are consumers, and whose metadata is theirs to read.
inline constexpr std::string_view consumer_protocol_type = "consumer";

/// The topics in a consumer's metadata; no list if it is something else. All that the coordinator ever reads of what
/// members tell each other.
std::optional<std::vector<std::string>> subscribed_topics(const SharedBytes& metadata);

}  // namespace azud::kafka
