#pragma once

#include <array>
#include <string_view>

namespace azud::connect {

/// Below which kafka-pixy serves every path of its topics. Whatever the cluster is called, it is this log.
inline constexpr std::array<std::string_view, 3> pixy_prefixes = {"", "/clusters/{cluster}", "/proxies/{cluster}"};

}  // namespace azud::connect
