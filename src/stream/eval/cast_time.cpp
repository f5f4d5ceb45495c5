#include <optional>

#include "data/number_parse.h"
#include "data/time_text.h"
#include "stream/eval/conversion.h"
#include "stream/eval/convert_column.h"
#include "stream/eval/moment_text.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::DataType;
using data::TypeKind;
using data::us_per_day;
using data::us_per_ms;

/// Cuts to the digits that the type keeps.
int64_t truncated(int64_t us, int precision) {
  static constexpr int64_t units[] = {1000000, 100000, 10000, 1000, 100, 10};
  return precision >= 6 ? us : us - data::floor_mod(us, units[precision]);
}

/// Local microseconds of a value of the type: a DATE at midnight, a TIME on 1970-01-01.
template <class T, class F>
Conversion from_local(const DataType& to, F local_us) {
  switch (to.kind()) {
    case TypeKind::date:
      return total_conversion<T, int32_t>(
          to, [local_us](T value) { return static_cast<int32_t>(data::floor_div(local_us(value), us_per_day)); });
    case TypeKind::time:
      return total_conversion<T, int32_t>(to, [local_us, precision = to.precision()](T value) {
        return static_cast<int32_t>(truncated(data::floor_mod(local_us(value), us_per_day), precision) / us_per_ms);
      });
    case TypeKind::timestamp:
      return total_conversion<T, int64_t>(
          to, [local_us, precision = to.precision()](T value) { return truncated(local_us(value), precision); });
    default: return {};
  }
}

/// The same for TIMESTAMP_LTZ as target: local time becomes an instant.
template <class T, class F>
Conversion instant_from_local(const DataType& to, const Zone& zone, F local_us) {
  return [to, zone, local_us](const ColumnPtr& column, Misses& misses) {
    ZoneCursor cursor(zone);
    const Conversion convert = total_conversion<T, int64_t>(
        to, [&](T value) { return truncated(cursor.to_utc(local_us(value)), to.precision()); });
    return convert(column, misses);
  };
}

Conversion from_instant(const DataType& to, const Zone& zone) {
  if (to.kind() == TypeKind::timestamp_ltz)
    return total_conversion<int64_t, int64_t>(
        to, [precision = to.precision()](int64_t us) { return truncated(us, precision); });
  return [to, zone](const ColumnPtr& column, Misses& misses) {
    ZoneCursor cursor(zone);
    return from_local<int64_t>(to, [&cursor](int64_t us) { return cursor.to_local(us); })(column, misses);
  };
}

bool parse_day(std::string_view text, int32_t& days) {
  const auto parsed = read_day(text);
  if (parsed) days = *parsed;
  return parsed.has_value();
}

bool parse_time_of_day(std::string_view text, int64_t& us) {
  text = data::trim(text);
  int64_t hour = 0;
  const bool hour_alone = text.size() <= 2 && data::parse_integer(text, hour) && hour >= 0 && hour < 24;
  const auto parsed = hour_alone ? std::optional(hour * 3600 * data::us_per_second) : data::parse_time(text);
  if (parsed) us = *parsed;
  return parsed.has_value();
}

Conversion from_text(const DataType& to, const Zone& zone) {
  const int precision = to.precision();
  switch (to.kind()) {
    case TypeKind::date: return value_conversion<std::string_view, int32_t>(to, parse_day);
    case TypeKind::time:
      return value_conversion<std::string_view, int32_t>(to, [precision](std::string_view text, int32_t& ms) {
        int64_t us = 0;
        if (!parse_time_of_day(text, us)) return false;
        ms = static_cast<int32_t>(truncated(us, precision) / us_per_ms);
        return true;
      });
    case TypeKind::timestamp:
      return value_conversion<std::string_view, int64_t>(to, [precision](std::string_view text, int64_t& us) {
        const auto parsed = read_moment(text);
        if (parsed) us = truncated(*parsed, precision);
        return parsed.has_value();
      });
    case TypeKind::timestamp_ltz:
      return [to, zone](const ColumnPtr& column, Misses& misses) {
        ZoneCursor cursor(zone);
        const auto parse = [&](std::string_view text, int64_t& us) {
          const auto parsed = read_moment(text);
          if (parsed) us = truncated(cursor.to_utc(*parsed), to.precision());
          return parsed.has_value();
        };
        return value_conversion<std::string_view, int64_t>(to, parse)(column, misses);
      };
    default: return {};
  }
}

template <class T, class F>
Conversion from_local_to_any(const DataType& to, const Zone& zone, F local_us) {
  return to.kind() == TypeKind::timestamp_ltz ? instant_from_local<T>(to, zone, local_us) : from_local<T>(to, local_us);
}

}  // namespace

Conversion conversion_to_time(const DataType& from, const DataType& to, const Zone& zone) {
  switch (from.kind()) {
    case TypeKind::date:
      if (to.kind() == TypeKind::time) return {};
      return from_local_to_any<int32_t>(to, zone, [](int32_t days) { return days * us_per_day; });
    case TypeKind::time:
      if (to.kind() == TypeKind::date) return {};
      return from_local_to_any<int32_t>(to, zone, [](int32_t ms) { return ms * us_per_ms; });
    case TypeKind::timestamp:
      if (to.kind() == TypeKind::date)  // towards 1970, as Flink does
        return total_conversion<int64_t, int32_t>(
            to, [](int64_t us) { return static_cast<int32_t>(data::us_to_ms(us) / data::ms_per_day); });
      return from_local_to_any<int64_t>(to, zone, [](int64_t us) { return us; });
    case TypeKind::timestamp_ltz: return from_instant(to, zone);
    case TypeKind::character:
    case TypeKind::varchar: return from_text(to, zone);
    default: return {};
  }
}

Conversion conversion_to_interval(const DataType& from, const DataType& to) {
  const bool months = to.kind() == TypeKind::interval_months;
  switch (from.kind()) {
    case TypeKind::integer:
      if (months) return total_conversion<int32_t, int32_t>(to, [](int32_t value) { return value; });
      return total_conversion<int32_t, int64_t>(to, [](int32_t value) { return int64_t{value}; });
    case TypeKind::bigint:
      if (months)
        return total_conversion<int64_t, int32_t>(to, [](int64_t value) { return static_cast<int32_t>(value); });
      return total_conversion<int64_t, int64_t>(to, [](int64_t value) { return value; });
    default: return {};
  }
}

}  // namespace azud::stream
