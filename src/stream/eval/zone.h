#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace date {
class time_zone;  // NOLINT(readability-identifier-naming): the library's name
}

namespace azud::stream {

/// A time zone of the system's database ("Europe/Madrid", "UTC", "+02:00"). A small value.
class Zone {
 public:
  Zone() = default;  ///< UTC
  static Result<Zone> find(std::string_view name);
  /// The machine's.
  static Zone local();

  const std::string& name() const { return name_; }
  bool is_utc() const { return zone_ == nullptr && offset_us_ == 0; }

 private:
  friend class ZoneCursor;
  std::string name_ = "UTC";
  const date::time_zone* zone_ = nullptr;
  int64_t offset_us_ = 0;  ///< without `zone_`
};

/// Converts between instants and local times, microseconds since 1970 both; remembers the stretch between two changes
/// of the clock that it was last in, so a column of near times costs little. Owned by one thread.
class ZoneCursor {
 public:
  explicit ZoneCursor(const Zone& zone) : zone_(zone.zone_), low_(0), high_(0), offset_(zone.offset_us_) {}

  int64_t to_local(int64_t utc_us) {
    if (zone_ != nullptr && (utc_us < low_ || utc_us >= high_)) seek(utc_us);
    return utc_us + offset_;
  }
  /// As java.time: a local time that was skipped moves forward by what was skipped, one that came twice means the
  /// first.
  int64_t to_utc(int64_t local_us);

 private:
  void seek(int64_t utc_us);
  const date::time_zone* zone_;
  int64_t low_, high_;  ///< [low, high) in UTC has `offset_`
  int64_t offset_;
};

}  // namespace azud::stream
