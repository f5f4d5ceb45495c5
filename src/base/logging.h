#pragma once

#include <string_view>

#include <spdlog/spdlog.h>

namespace azud {

/// Sets stderr logging: "2026-01-02T03:04:05.678Z level message". `level` is one of trace, debug, info, warn, error,
/// off. Call once, before threads start.
void start_logging(std::string_view level);

/// `log_info("journal: {} entries replayed", n);` lower case, the area first, values at the end.
template <class... Args>
void log_debug(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::debug(format, std::forward<Args>(args)...);
}
template <class... Args>
void log_info(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::info(format, std::forward<Args>(args)...);
}
template <class... Args>
void log_warn(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::warn(format, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::error(format, std::forward<Args>(args)...);
}

}  // namespace azud
