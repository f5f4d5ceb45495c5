#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "stream/eval/kernel.h"

namespace azud::stream {

/// Units of EXTRACT, FLOOR … TO, TIMESTAMPADD and TIMESTAMPDIFF.
enum class TimeUnit : uint8_t {
  microsecond,
  millisecond,
  second,
  minute,
  hour,
  day,
  week,
  month,
  quarter,
  year,
  decade,
  century,
  millennium,
  day_of_week,
  iso_day_of_week,
  day_of_year,
  iso_year,
  epoch,
  nanosecond,
};
/// "YEAR", "DOW", "SQL_TSI_DAY", upper or lower case; nothing for an unknown word.
std::optional<TimeUnit> time_unit(std::string_view word);
/// The unit that literal argument `index` names.
Result<TimeUnit> unit_argument(const sql::Expression& expression, std::size_t index);

/// The field of a local time.
int64_t extract_field(int64_t local_us, TimeUnit unit);
/// The start of the unit that the local time lies in; unchanged if nothing smaller is there to be cut.
int64_t floor_to(int64_t local_us, TimeUnit unit);
int64_t ceil_to(int64_t local_us, TimeUnit unit);
/// Moves by calendar months; a day that the month does not have becomes its last.
int64_t add_months(int64_t local_us, int64_t months);
/// Whole units from `from` to `to`, cut towards 0.
int64_t whole_units(int64_t from_us, int64_t to_us, TimeUnit unit);
/// Microseconds of one unit; 0 for those that vary (months, years).
int64_t unit_us(TimeUnit unit);

/// Argument `index` (DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ) as local microseconds, one a row of the argument's column.
std::vector<int64_t> local_times(const Operand& operand, const data::DataType& type, const Zone& zone);
/// Local microseconds as a column of the type; `valid` as in Column.
data::ColumnPtr column_of_local(std::vector<int64_t> local_us, const data::DataType& type, const Zone& zone,
                                std::vector<uint8_t> valid);

}  // namespace azud::stream
