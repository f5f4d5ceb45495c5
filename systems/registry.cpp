#include "systems/registry.h"

#include <algorithm>
#include <array>
#include <string>

#include "systems/sensor-alarms/system.h"

namespace azud::systems {

namespace {

/// The element of that name, or an error that lists all names.
template <class Range, class Name>
auto find_named(std::string_view what, const Range& range, std::string_view wanted, Name name)
    -> Result<decltype(range.begin())> {
  const auto found = std::ranges::find(range, wanted, name);
  if (found != range.end()) return found;
  std::string known;
  for (const auto& element : range) {
    if (!known.empty()) known += ", ";
    known += std::invoke(name, element);
  }
  return std::unexpected(
      Error(Code::not_found, fmt::format("no {} {}", what, wanted), fmt::format("there are: {}", known)));
}

}  // namespace

Result<std::string_view> System::file(std::string_view path) const {
  TRY_ASSIGN(const auto found, find_named(fmt::format("file of {} named", name), files, path, &EmbeddedFile::path));
  return found->content;
}

Result<const Generator*> System::generator(std::string_view wanted) const {
  TRY_ASSIGN(const auto found, find_named("generator", generators, wanted, &Generator::name));
  return &*found;
}

std::span<const System* const> built_in_systems() {
  static const std::array all = {&sensor_alarms::system()};
  return all;
}

Result<const System*> find_system(std::string_view name) {
  TRY_ASSIGN(const auto found, find_named("system", built_in_systems(), name, &System::name));
  return *found;
}

}  // namespace azud::systems
