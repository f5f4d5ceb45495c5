#include "stream/eval/zone.h"

#include <exception>
#include <optional>

#include <date/tz.h>

#include "data/time_text.h"

namespace azud::stream {
namespace {

/// "+02:00", "-0530", "Z".
std::optional<int64_t> fixed_offset_us(std::string_view name) {
  if (name.starts_with("GMT") || name.starts_with("UTC")) name.remove_prefix(3);
  if (name.empty() || name == "Z") return 0;
  const bool negative = name.front() == '-';
  if (!negative && name.front() != '+') return std::nullopt;
  name.remove_prefix(1);
  int64_t digits[4] = {0, 0, 0, 0};
  std::size_t n = 0;
  for (const char c : name) {
    if (c == ':' && n == 2) continue;
    if (c < '0' || c > '9' || n == 4) return std::nullopt;
    digits[n++] = c - '0';
  }
  if (n == 1) return (negative ? -digits[0] : digits[0]) * 3600 * data::us_per_second;
  if (n != 2 && n != 4) return std::nullopt;
  const int64_t minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
  if (minutes > 18 * 60) return std::nullopt;
  return (negative ? -minutes : minutes) * 60 * data::us_per_second;
}

constexpr int64_t us(std::chrono::seconds seconds) { return seconds.count() * data::us_per_second; }

date::local_seconds local_seconds_of(int64_t local_us) {
  return date::local_seconds(std::chrono::seconds(data::floor_div(local_us, data::us_per_second)));
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  Zone zone;
  zone.name_ = std::string(name);
  if (const auto offset = fixed_offset_us(name)) {
    zone.offset_us_ = *offset;
    return zone;
  }
  try {
    zone.zone_ = date::locate_zone(zone.name_);
  } catch (const std::exception&) {
    return std::unexpected(Error(Code::invalid, fmt::format("there is no time zone '{}'", name),
                                 "use a name of the IANA database (Europe/Madrid), UTC, or an offset (+02:00)"));
  }
  return zone;
}

Zone Zone::local() {
  Zone zone;
  try {
    zone.zone_ = date::current_zone();
    zone.name_ = zone.zone_->name();
  } catch (const std::exception&) {
    zone = Zone();  // no database on this machine: UTC
  }
  return zone;
}

void ZoneCursor::seek(int64_t utc_us) {
  const date::sys_info info =
      zone_->get_info(date::sys_seconds(std::chrono::seconds(data::floor_div(utc_us, data::us_per_second))));
  constexpr int64_t limit = INT64_MAX / data::us_per_second;
  const auto clamped = [](int64_t seconds) {
    return seconds <= -limit ? INT64_MIN : seconds >= limit ? INT64_MAX : seconds * data::us_per_second;
  };
  low_ = clamped(info.begin.time_since_epoch().count());
  high_ = clamped(info.end.time_since_epoch().count());
  offset_ = us(info.offset);
}

int64_t ZoneCursor::to_utc(int64_t local_us) {
  if (zone_ == nullptr) return local_us - offset_;
  const int64_t near = local_us - offset_;
  constexpr int64_t day = data::us_per_day;  // far from a change of the clock the offset in force is the answer
  if (low_ < high_ && near > low_ + day && near < high_ - day) return near;
  const date::local_info info = zone_->get_info(local_seconds_of(local_us));
  return local_us - us(info.first.offset);
}

}  // namespace azud::stream
