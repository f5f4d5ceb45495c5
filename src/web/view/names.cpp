#include <array>

#include "web/view/alarm_view.h"

namespace azud::web {

namespace {

constexpr std::array<std::string_view, 5> severity_names = {"CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE"};

bool same_letters(std::string_view text, std::string_view upper) {
  if (text.size() != upper.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]) != upper[i]) return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(AlarmSeverity severity) { return severity_names[static_cast<std::size_t>(severity)]; }

std::optional<AlarmSeverity> parse_alarm_severity(std::string_view text) {
  for (std::size_t i = 0; i < severity_names.size(); ++i) {
    if (same_letters(text, severity_names[i])) return static_cast<AlarmSeverity>(i);
  }
  return std::nullopt;
}

std::string_view state_of(const AlarmEntry& alarm) {
  if (alarm.active()) return alarm.acknowledged() ? "ACTIVE_ACK" : "ACTIVE_UNACK";
  return alarm.acknowledged() ? "CLEARED_ACK" : "CLEARED_UNACK";
}

}  // namespace azud::web
