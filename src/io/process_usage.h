#pragma once

#include <cstdint>

namespace azud::io {

/// What this process uses of the machine; 0 for what the system does not tell.
struct ProcessUsage {
  uint64_t resident_bytes = 0;
  double cpu_seconds = 0;  ///< of all threads, user and system, since the start
};

ProcessUsage process_usage();

}  // namespace azud::io
