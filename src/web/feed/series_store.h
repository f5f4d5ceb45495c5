#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/feed/feed.h"

namespace azud::web {

/// Named series of points, one value a time, with a note of what changed. Drops its oldest points past a limit.
class SeriesStore {
 public:
  explicit SeriesStore(std::size_t points_max = 200'000) : points_max_(points_max) {}

  /// Adds the point, or replaces the one of the same name and time. The same value again is no change.
  void put(std::string_view name, TimestampMs at, std::optional<double> value);
  /// A series without points yet, so that it is shown.
  void declare(std::string_view name);
  /// Forgets all points; the next changes say so.
  void clear();

  std::size_t size() const { return size_; }
  bool changed() const { return !changes_.empty() || !removed_.empty(); }
  std::optional<double> value(std::string_view name, TimestampMs at) const;

  /// `"removed":[…],"points":[…]` of what changed since the last call; nothing if nothing did.
  void take_changes(std::string& out);
  /// `"kind":"series","tier":"<tier>","series":[…]`, each series reduced to about `request.width` points.
  void write_snapshot(const SnapshotRequest& request, std::string_view tier, std::string& out) const;

 private:
  struct Series {
    std::vector<TimestampMs> times;
    std::vector<std::optional<double>> values;
  };
  void drop_oldest();

  std::size_t points_max_;
  std::size_t size_ = 0;
  std::map<std::string, Series, std::less<>> series_;
  std::map<std::string, std::map<TimestampMs, std::optional<double>>, std::less<>> changes_;
  std::map<std::string, std::vector<TimestampMs>> removed_;
};

/// As short as reads back the same; "null" for what JSON has no number for.
void append_number(std::string& out, std::optional<double> value);

}  // namespace azud::web
