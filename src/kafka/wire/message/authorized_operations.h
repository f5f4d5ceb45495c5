#pragma once

#include <cstdint>
#include <limits>

namespace azud::kafka {

/// The operations a client may do on a resource, one bit each (KIP-430), when it did not ask for them.
inline constexpr int32_t authorized_operations_omitted = std::numeric_limits<int32_t>::min();

}  // namespace azud::kafka
