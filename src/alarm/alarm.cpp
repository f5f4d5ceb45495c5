#include "alarm/alarm.h"

#include <array>
#include <cctype>

namespace azud::alarm {
namespace {

constexpr std::array<std::string_view, 5> names{"CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE"};

}  // namespace

std::string_view to_string(Severity severity) { return names[static_cast<std::size_t>(severity)]; }

std::optional<Severity> parse_severity(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == upper) return static_cast<Severity>(i);
  return std::nullopt;
}

}  // namespace azud::alarm
