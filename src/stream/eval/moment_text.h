#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace azud::stream {

/// "2024-1-5" or "2024-01-05 10:11:12.123" as local microseconds, as java.time reads it with its usual leniency: the
/// 31st of a shorter month is its last day, 24:00:00 the next day's midnight. A time of day has its seconds. No spaces
/// around.
std::optional<int64_t> read_moment(std::string_view text);

/// The same as java.sql.Timestamp and Date read it: days, hours, minutes and seconds past their end go on into what
/// follows. Spaces around are left out.
std::optional<int64_t> read_sql_moment(std::string_view text);

/// Days since 1970 of "2024-1-5", "2024-1" or "2024"; what stands behind a space is left out.
std::optional<int32_t> read_day(std::string_view text);

}  // namespace azud::stream
