#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace azud::data {

inline constexpr int64_t us_per_ms = 1000;
inline constexpr int64_t us_per_second = 1'000'000;
inline constexpr int64_t ms_per_day = 86'400'000;
inline constexpr int64_t us_per_day = ms_per_day * us_per_ms;

/// Quotient rounded down and the rest that goes with it, for times before 1970.
constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0); }
constexpr int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }

/// Milliseconds of the moment that `us` lies in, as Flink cuts TIMESTAMP to its rowtime.
constexpr int64_t us_to_ms(int64_t us) { return floor_div(us, us_per_ms); }

struct CivilDate {
  int32_t year;
  uint32_t month;
  uint32_t day;
};
CivilDate civil_of(int32_t days);
/// Nothing for a date that does not exist.
std::optional<int32_t> days_of(int64_t year, int64_t month, int64_t day);

/// How many digits stand after the seconds.
enum class Fraction : uint8_t {
  fixed,    ///< always `precision` digits, no point for 0: CAST to a string
  minimal,  ///< no trailing zeros, no point if there is none: JSON
  java,     ///< 0, 3, 6 or 9 digits, and seconds only if not 0: the print connector
};

void append_date(std::string& out, int32_t days);
/// "10:15:30.120"; `precision` matters for Fraction::fixed.
void append_time(std::string& out, int64_t us_of_day, int precision, Fraction fraction);
/// `us` since 1970-01-01 00:00; `separator` stands between date and time.
void append_timestamp(std::string& out, int64_t us, int precision, Fraction fraction, char separator);

/// "2024-05-01", month and day of one or two digits.
std::optional<int32_t> parse_date(std::string_view text);
/// "10:15:30.5", fields of one or two digits, seconds and fraction may be missing; microseconds of the day.
std::optional<int64_t> parse_time(std::string_view text);
/// "2024-05-01", "2024-05-01 10:15:30.123456": microseconds; the time is after `separator` and may be missing. Further
/// digits of the fraction are cut.
std::optional<int64_t> parse_timestamp(std::string_view text, char separator = ' ');

}  // namespace azud::data
