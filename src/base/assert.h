#pragma once

namespace azud {

/// Writes the failed condition and its place to stderr and aborts. Called by AZUD_ASSERT only.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line, const char* why) noexcept;

}  // namespace azud

/// Holds a promise between parts of azud; always compiled in. Never for input from outside: that is an Error.
#define AZUD_ASSERT(condition, why)                                    \
  do {                                                                 \
    if (!(condition)) [[unlikely]]                                     \
      ::azud::assertion_failed(#condition, __FILE__, __LINE__, (why)); \
  } while (false)
