#include "systems/sensor-alarms/simulator/zones.h"

#include <algorithm>
#include <functional>

#include "base/assert.h"
#include "systems/sensor-alarms/files.h"

namespace azud::sensor_alarms {

namespace {

/// The text up to the next line end, which is taken off `rest`.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

ZoneTable::ZoneTable(std::string_view csv) {
  take_line(csv);  // the header
  while (!csv.empty()) {
    const std::string_view line = take_line(csv);
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) continue;
    entries_.push_back({std::string(line.substr(0, comma)), std::string(line.substr(comma + 1))});
  }
  std::ranges::sort(entries_, std::ranges::greater{}, [](const Entry& entry) { return entry.prefix.size(); });
}

const ZoneTable& ZoneTable::built_in() {
  static const ZoneTable table([] {
    const auto files = embedded_files();
    const auto file = std::ranges::find(files, "zones.csv", &EmbeddedFile::path);
    AZUD_ASSERT(file != files.end(), "zones.csv is embedded");
    return file->content;
  }());
  return table;
}

std::string_view ZoneTable::zone_of(std::string_view geohash) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const Entry& entry) { return geohash.starts_with(entry.prefix); });
  return found == entries_.end() ? std::string_view("Other") : std::string_view(found->zone);
}

}  // namespace azud::sensor_alarms
