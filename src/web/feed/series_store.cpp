#include "web/feed/series_store.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "web/json.h"

namespace azud::web {

namespace {

template <class Times, class Values>
void append_points(std::string& out, std::string_view name, const Times& times, const Values& values) {
  out += "{\"name\":";
  append_json_string(out, name);
  out += ",\"t\":[";
  bool first = true;
  for (const TimestampMs at : times) {
    fmt::format_to(std::back_inserter(out), "{}{}", first ? "" : ",", at);
    first = false;
  }
  out += "],\"v\":[";
  first = true;
  for (const auto& value : values) {
    if (!first) out += ',';
    append_number(out, value);
    first = false;
  }
  out += "]}";
}

/// Which of the points [from, to) to show so that a line of `width` pixels looks the same: the lowest, the highest and
/// the last one of each step.
std::vector<std::size_t> reduced(const std::vector<TimestampMs>& times,
                                 const std::vector<std::optional<double>>& values, std::size_t from, std::size_t to,
                                 std::size_t width) {
  std::vector<std::size_t> kept;
  const std::size_t steps = std::max<std::size_t>(1, width / 3);
  const TimestampMs begin = times[from];
  const double span = static_cast<double>(times[to - 1] - begin) + 1;
  const auto step_of = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<double>(times[i] - begin) / span * static_cast<double>(steps));
  };
  for (std::size_t i = from; i < to;) {
    std::size_t low = i, high = i, last = i;
    const std::size_t step = step_of(i);
    for (; i < to && step_of(i) == step; ++i) {
      if (values[i] && (!values[low] || *values[i] < *values[low])) low = i;
      if (values[i] && (!values[high] || *values[i] > *values[high])) high = i;
      last = i;
    }
    for (const std::size_t one : {std::min(low, high), std::max(low, high), last}) {
      if (kept.empty() || kept.back() != one) kept.push_back(one);
    }
  }
  return kept;
}

}  // namespace

void append_number(std::string& out, std::optional<double> value) {
  if (!value || !std::isfinite(*value)) {
    out += "null";
  } else if (*value == std::floor(*value) && std::abs(*value) < 1e15) {
    fmt::format_to(std::back_inserter(out), "{}", static_cast<int64_t>(*value));
  } else {
    fmt::format_to(std::back_inserter(out), "{}", *value);
  }
}

void SeriesStore::put(std::string_view name, TimestampMs at, std::optional<double> value) {
  auto found = series_.find(name);
  if (found == series_.end()) found = series_.emplace(std::string(name), Series{}).first;
  Series& series = found->second;
  if (series.times.empty() || series.times.back() < at) {
    series.times.push_back(at);
    series.values.push_back(value);
    ++size_;
  } else {
    const auto place = std::lower_bound(series.times.begin(), series.times.end(), at);
    const auto index = place - series.times.begin();
    if (*place == at) {
      if (series.values[static_cast<std::size_t>(index)] == value) return;
      series.values[static_cast<std::size_t>(index)] = value;
    } else {
      series.times.insert(place, at);
      series.values.insert(series.values.begin() + index, value);
      ++size_;
    }
  }
  changes_[found->first][at] = value;
  if (size_ > points_max_) drop_oldest();
}

void SeriesStore::declare(std::string_view name) {
  if (!series_.contains(name)) series_.emplace(std::string(name), Series{});
}

void SeriesStore::clear() {
  for (auto& [name, series] : series_) {
    std::vector<TimestampMs>& times = removed_[name];
    times.insert(times.end(), series.times.begin(), series.times.end());
  }
  series_.clear();
  changes_.clear();
  size_ = 0;
}

/// A tenth at once, so that it is rare.
void SeriesStore::drop_oldest() {
  std::vector<TimestampMs> all;
  for (const auto& [name, series] : series_) all.insert(all.end(), series.times.begin(), series.times.end());
  const auto cut = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 10);
  std::nth_element(all.begin(), cut, all.end());
  for (auto& [name, series] : series_) {
    const auto count = std::lower_bound(series.times.begin(), series.times.end(), *cut) - series.times.begin();
    series.times.erase(series.times.begin(), series.times.begin() + count);
    series.values.erase(series.values.begin(), series.values.begin() + count);
    size_ -= static_cast<std::size_t>(count);
  }
}

std::optional<double> SeriesStore::value(std::string_view name, TimestampMs at) const {
  const auto found = series_.find(name);
  if (found == series_.end()) return std::nullopt;
  const auto& [times, values] = found->second;
  const auto place = std::lower_bound(times.begin(), times.end(), at);
  if (place == times.end() || *place != at) return std::nullopt;
  return values[static_cast<std::size_t>(place - times.begin())];
}

void SeriesStore::take_changes(std::string& out) {
  if (!changed()) return;
  bool first = true;
  if (!removed_.empty()) {
    out += "\"removed\":[";
    for (const auto& [name, times] : removed_) {
      out += first ? "{\"name\":" : ",{\"name\":";
      append_json_string(out, name);
      fmt::format_to(std::back_inserter(out), ",\"t\":[{}]}}", fmt::join(times, ","));
      first = false;
    }
    out += "],";
    removed_.clear();
  }
  out += "\"points\":[";
  first = true;
  for (const auto& [name, points] : changes_) {
    if (!first) out += ',';
    first = false;
    std::vector<TimestampMs> times;
    std::vector<std::optional<double>> values;
    for (const auto& [at, value] : points) {
      times.push_back(at);
      values.push_back(value);
    }
    append_points(out, name, times, values);
  }
  out += ']';
  changes_.clear();
}

void SeriesStore::write_snapshot(const SnapshotRequest& request, std::string_view tier, std::string& out) const {
  fmt::format_to(std::back_inserter(out), "\"kind\":\"series\",\"tier\":\"{}\",\"series\":[", tier);
  const std::size_t width = static_cast<std::size_t>(std::clamp(request.width, 50, 10'000));
  bool first = true;
  for (const auto& [name, series] : series_) {
    if (!first) out += ',';
    first = false;
    const auto from = std::lower_bound(series.times.begin(), series.times.end(), request.range.begin(request.now));
    const auto to = std::upper_bound(from, series.times.end(), request.range.end());
    const auto begin = static_cast<std::size_t>(from - series.times.begin());
    const auto end = static_cast<std::size_t>(to - series.times.begin());
    std::vector<TimestampMs> times(from, to);
    std::vector<std::optional<double>> values(series.values.begin() + static_cast<std::ptrdiff_t>(begin),
                                              series.values.begin() + static_cast<std::ptrdiff_t>(end));
    if (times.size() > width * 2) {
      const std::vector<std::size_t> kept = reduced(series.times, series.values, begin, end, width);
      times.clear();
      values.clear();
      for (const std::size_t i : kept) {
        times.push_back(series.times[i]);
        values.push_back(series.values[i]);
      }
    }
    append_points(out, name, times, values);
  }
  out += ']';
}

}  // namespace azud::web
