#include "sql/bind/interval.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace azud::sql {
namespace {

using data::TypeKind;

struct Unit {
  std::string_view name;
  TypeKind kind;
  int64_t size;    ///< months or milliseconds
  int64_t below;   ///< as a field that is not the first it stays below this
  char separator;  ///< what stands before it in a text of several fields
};
constexpr std::array<Unit, 8> units = {{{"YEAR", TypeKind::interval_months, 12, 0, 0},
                                        {"QUARTER", TypeKind::interval_months, 3, 0, 0},
                                        {"MONTH", TypeKind::interval_months, 1, 12, '-'},
                                        {"WEEK", TypeKind::interval_ms, 604'800'000, 0, 0},
                                        {"DAY", TypeKind::interval_ms, 86'400'000, 0, 0},
                                        {"HOUR", TypeKind::interval_ms, 3'600'000, 24, ' '},
                                        {"MINUTE", TypeKind::interval_ms, 60'000, 60, ':'},
                                        {"SECOND", TypeKind::interval_ms, 1'000, 60, ':'}}};

const Unit* find_unit(std::string_view name) {
  const auto* unit = std::ranges::find(units, name, &Unit::name);
  return unit == units.end() ? nullptr : unit;
}

bool is_day_time(const Unit& unit) { return unit.kind == TypeKind::interval_ms; }

class IntervalParser {
 public:
  IntervalParser(const ast::IntervalLiteral& literal, Place place, const BindErrors& errors)
      : literal_(literal), place_(place), errors_(errors), rest_(literal.value) {}

  Result<IntervalValue> parse() {
    const Unit* from = find_unit(literal_.from_unit);
    const Unit* to = literal_.to_unit.empty() ? from : find_unit(literal_.to_unit);
    const bool range =
        from != to && from != nullptr && to != nullptr &&
        ((from->name == "YEAR" && to->name == "MONTH") || (from->name != "WEEK" && to > from && is_day_time(*from)));
    if (from == nullptr || to == nullptr || (from != to && !range))
      return errors_.invalid(place_, "an interval cannot have these units",
                             "from YEAR to MONTH, or from DAY over HOUR and MINUTE to SECOND");
    bool negative = literal_.negative;
    if (rest_.starts_with('-') || rest_.starts_with('+')) {
      negative = negative != (rest_.front() == '-');
      rest_.remove_prefix(1);
    }
    TRY(check_leading(*from));
    int64_t amount = 0;
    for (const Unit* unit = from; unit <= to; ++unit) {
      if (unit->name == "QUARTER" && unit != from) continue;
      if (unit != from && !take(unit->separator)) return fail_text();
      const std::optional<int64_t> value = take_number();
      if (!value || (unit != from && *value >= unit->below)) return fail_text();
      amount += *value * unit->size;
      if (unit->name == "SECOND") amount += take_milliseconds();
    }
    if (!rest_.empty()) return fail_text();
    return IntervalValue{from->kind, negative ? -amount : amount};
  }

 private:
  std::unexpected<Error> fail_text() const {
    return errors_.invalid(
        place_, fmt::format("'{}' is no interval of these units", literal_.value),
        "for example INTERVAL '5' SECOND, INTERVAL '10:30' MINUTE TO SECOND, INTERVAL '1 12:00:00' DAY "
        "TO SECOND, INTERVAL '1-6' YEAR TO MONTH");
  }

  Status check_leading(const Unit& unit) const {
    std::size_t digits = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') ++digits;
    const int64_t digits_max = literal_.leading.value_or(2);
    if (digits_max > 3 || digits_max < 1)
      return errors_.unsupported(place_, fmt::format("{} takes one to three digits", unit.name),
                                 "write longer intervals in a larger unit, or DAY TO SECOND");
    if (static_cast<int64_t>(digits) > digits_max)
      return errors_.invalid(
          place_, fmt::format("the interval has more digits than {}({})", unit.name, digits_max),
          digits <= 3 ? fmt::format("write {}({})", unit.name, digits) : "use a larger unit, or DAY TO SECOND");
    return {};
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int64_t> take_number() {
    int64_t value = 0;
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (failure != std::errc() || value < 0 || value > 999) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  int64_t take_milliseconds() {
    if (!take('.')) return 0;
    int64_t ms = 0;
    for (int64_t worth = 100; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; worth /= 10) {
      ms += worth * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return ms;
  }

  const ast::IntervalLiteral& literal_;
  Place place_;
  const BindErrors& errors_;
  std::string_view rest_;
};

}  // namespace

Result<IntervalValue> parse_interval(const ast::IntervalLiteral& literal, Place place, const BindErrors& errors) {
  return IntervalParser(literal, place, errors).parse();
}

}  // namespace azud::sql
