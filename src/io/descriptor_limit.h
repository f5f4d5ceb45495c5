#pragma once

#include <cstddef>

namespace azud::io {

/// Lets the process open as many files and sockets as the system allows it (RLIMIT_NOFILE) and returns how many that
/// is.
std::size_t raise_descriptor_limit();
/// How many that is now.
std::size_t descriptor_limit();

}  // namespace azud::io
