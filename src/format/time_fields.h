#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace azud::format {

// How java.time and java.sql read the dates and times of messages: stricter than CAST, and each format in its own way.

/// "2024-05-01" that exists; years beyond 9999 have a sign (ISO_LOCAL_DATE). Days since 1970.
std::optional<int32_t> read_iso_date(std::string_view text);
/// "2024-5-1"; a 30th of February becomes a 1st of March (java.sql.Date.valueOf).
std::optional<int32_t> read_lenient_date(std::string_view text);

/// "12:34:56", "12:34:56.7": milliseconds of the day.
std::optional<int32_t> read_sql_time(std::string_view text);
/// The same; seconds may be missing (ISO_LOCAL_TIME).
std::optional<int32_t> read_iso_time(std::string_view text);

enum class TimestampForm : uint8_t {
  sql,  ///< "2024-05-01 12:34:56.7"; a 31st of a shorter month is its last day, 24:00:00 the next midnight
  iso,  ///< "2024-05-01T12:34:56.7"; seconds may be missing
};
/// Microseconds since 1970. `zoned`: a Z must follow.
std::optional<int64_t> read_timestamp(std::string_view text, TimestampForm form, bool zoned);

}  // namespace azud::format
