#include "data/time_text.h"

#include <cmath>
#include <memory>

#include "data/number_parse.h"
#include "stream/eval/civil.h"
#include "stream/eval/date_pattern.h"
#include "stream/eval/function_table.h"
#include "stream/eval/moment_text.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::TypeKind;
using data::us_per_ms;
using data::us_per_second;
using sql::Expression;
using sql::Function;
using Text = std::string_view;

/// The pattern argument of a call: read once if it is a literal, else whenever it changes.
class PatternArgument {
 public:
  static Result<PatternArgument> make(const Expression& expression, std::size_t index, Text without) {
    PatternArgument out;
    out.index_ = index;
    const bool given = index < expression.arguments.size();
    const Expression* argument = given ? expression.arguments[index].get() : nullptr;
    if (given && !argument->is_literal()) return out;
    const std::string text = !given || argument->literal.is_null() ? std::string(without) : argument->literal.as_text();
    TRY_ASSIGN(DatePattern pattern, DatePattern::parse(text));
    out.fixed_ = std::make_shared<const DatePattern>(std::move(pattern));
    return out;
  }

  class Cursor {
   public:
    Cursor(const PatternArgument& source, const Call& call) : source_(source), call_(call) {}
    const DatePattern* at(std::size_t row) {
      if (source_.fixed_) return source_.fixed_.get();
      const Text text = call_.view<Text>(source_.index_)[row];
      if (!read_ || text != text_) {
        text_ = text;
        auto parsed = DatePattern::parse(text);
        pattern_ = parsed ? std::optional(*std::move(parsed)) : std::nullopt;
        read_ = true;
      }
      return pattern_ ? &*pattern_ : nullptr;
    }

   private:
    const PatternArgument& source_;
    const Call& call_;
    bool read_ = false;
    std::string text_;
    std::optional<DatePattern> pattern_;
  };

 private:
  std::size_t index_ = 1;
  std::shared_ptr<const DatePattern> fixed_;
};

constexpr Text usual_pattern = "yyyy-MM-dd HH:mm:ss";

/// DATE_FORMAT(point or text, pattern).
Result<Kernel> make_date_format(const Expression& expression, const EvalSettings& settings) {
  TRY_ASSIGN(PatternArgument pattern, PatternArgument::make(expression, 1, usual_pattern));
  return Kernel([pattern = std::move(pattern), zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    TextOut out(call);
    PatternArgument::Cursor patterns(pattern, call);
    const bool text = data::is_text(call.arg_type(0).kind());
    const std::vector<int64_t> times =
        text ? std::vector<int64_t>() : local_times(call.args[0], call.arg_type(0), zone);
    std::string made;
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const DatePattern* used = patterns.at(i);
      std::optional<int64_t> local;
      if (text)
        local = data::parse_timestamp(call.view<Text>(0)[i]);
      else
        local = times.size() == 1 ? times[0] : times[i];
      if (used == nullptr || !local) {
        out.set_null(i);
        continue;
      }
      made.clear();
      used->append(made, *local, zone.name(), *local - ZoneCursor(zone).to_utc(*local));
      out.copy(i, made);
    }
    return out.finish();
  });
}

/// The local time of a text by a pattern; the usual one also takes fractions and dates alone.
std::optional<int64_t> read_local(Text text, const DatePattern* pattern, bool usual) {
  if (usual) return read_moment(text);
  const auto read = pattern == nullptr ? std::nullopt : pattern->read(text, DatePattern::Reading::smart);
  return read ? read : read_sql_moment(text);
}

std::optional<int64_t> read_date(Text text, const DatePattern* pattern, bool usual) {
  if (!usual) return pattern == nullptr ? std::nullopt : pattern->read(text, DatePattern::Reading::lenient);
  const auto days = read_day(text);
  return days ? std::optional(*days * data::us_per_day) : std::nullopt;
}

/// TO_TIMESTAMP(text [, pattern]) and TO_DATE: NULL if the text is none.
Result<Kernel> make_to_local(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(PatternArgument pattern, PatternArgument::make(expression, 1, usual_pattern));
  const bool usual = expression.arguments.size() < 2;
  return Kernel([pattern = std::move(pattern), usual](Call& call) -> Result<ColumnPtr> {
    std::vector<uint8_t> valid = strict_validity(call);
    if (valid.empty()) valid.assign(call.rows, 1);
    std::vector<int64_t> times(call.rows);
    PatternArgument::Cursor patterns(pattern, call);
    const View<Text> text = call.view<Text>(0);
    const bool date = call.type().kind() == TypeKind::date;
    for (std::size_t i = 0; i < call.rows; ++i) {
      if (valid[i] == 0) continue;
      const auto local = date ? read_date(text[i], patterns.at(i), usual) : read_local(text[i], patterns.at(i), usual);
      if (local)
        times[i] = *local - data::floor_mod(*local, call.type().kind() == TypeKind::timestamp ? us_per_ms : 1);
      else
        valid[i] = 0;
    }
    return column_of_local(std::move(times), call.type(), Zone(), std::move(valid));
  });
}

/// An instant of the years 0 to 9999; nothing beyond.
std::optional<int64_t> instant_of(int64_t count, int32_t digits) {
  constexpr int64_t first_second = -62'167'219'200, last_second = 253'402'300'799;
  int64_t unit = 1;
  for (int32_t i = 0; i < digits; ++i) unit *= 10;
  const int64_t seconds = data::floor_div(count, unit);
  if (seconds < first_second || seconds > last_second) return std::nullopt;
  const int64_t rest = count - seconds * unit;
  return seconds * us_per_second +
         (unit > us_per_second ? rest / (unit / us_per_second) : rest * (us_per_second / unit));
}

/// The same of a DOUBLE, whose fraction counts; a FLOAT became one.
std::optional<int64_t> instant_of(double count, int32_t digits) {
  const double us = count * std::pow(10.0, 6 - digits);
  if (!(std::abs(us) < 9e18)) return std::nullopt;
  return instant_of(static_cast<int64_t>(us), 6);
}

/// TO_TIMESTAMP_LTZ(number [, digits of a second]) and (text [, pattern [, zone]]).
Result<Kernel> make_to_instant(const Expression& expression, const EvalSettings& settings) {
  if (!data::is_text(expression.arguments[0]->type.kind()))
    return Kernel([](Call& call) -> Result<ColumnPtr> {
      Out<int64_t> out(call);
      const bool whole = data::is_integer(call.arg_type(0).kind());
      for (std::size_t i = 0; i < out.rows(); ++i) {
        if (out.skip(i)) continue;
        const int32_t digits = call.args.size() > 1 ? call.view<int32_t>(1)[i] : 3;
        if (digits < 0 || digits > 9)
          return call.fail_at(i, "TO_TIMESTAMP_LTZ takes a precision from 0 to 9, not {}", digits);
        const auto instant =
            whole ? instant_of(call.view<int64_t>(0)[i], digits) : instant_of(call.view<double>(0)[i], digits);
        if (instant)
          out[i] = *instant;
        else
          out.set_null(i);
      }
      return out.finish();
    });
  TRY_ASSIGN(PatternArgument pattern, PatternArgument::make(expression, 1, usual_pattern));
  const bool usual = expression.arguments.size() < 2;
  return Kernel([pattern = std::move(pattern), usual, zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    Out<int64_t> out(call);
    PatternArgument::Cursor patterns(pattern, call);
    const View<Text> text = call.view<Text>(0);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      Zone used = zone;
      if (call.args.size() > 2) {
        auto named = Zone::find(call.view<Text>(2)[i]);
        if (!named) return call.fail_at(i, "{}", named.error().message());
        used = *named;
      }
      const auto local = read_local(text[i], patterns.at(i), usual);
      if (local)
        out[i] = ZoneCursor(used).to_utc(*local);
      else
        out.set_null(i);
    }
    return out.finish();
  });
}

/// FROM_UNIXTIME(seconds [, pattern]).
Result<Kernel> make_from_unixtime(const Expression& expression, const EvalSettings& settings) {
  TRY_ASSIGN(PatternArgument pattern, PatternArgument::make(expression, 1, usual_pattern));
  return Kernel([pattern = std::move(pattern), zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    TextOut out(call);
    PatternArgument::Cursor patterns(pattern, call);
    ZoneCursor cursor(zone);
    std::string made;
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const DatePattern* used = patterns.at(i);
      if (used == nullptr) {
        out.set_null(i);
        continue;
      }
      const bool wide = data::storage_of(call.arg_type(0).kind()) == data::Storage::i64;
      const int64_t us = (wide ? call.view<int64_t>(0)[i] : call.view<int32_t>(0)[i]) * us_per_second;
      const int64_t local = cursor.to_local(us);
      made.clear();
      used->append(made, local, zone.name(), local - us);
      out.copy(i, made);
    }
    return out.finish();
  });
}

/// As Java's Calendar: a local time that came twice means the second.
int64_t second_of_two(ZoneCursor& cursor, int64_t local) {
  constexpr int64_t hour_us = 3600 * us_per_second;
  const int64_t first = cursor.to_utc(local);
  return cursor.to_local(first + hour_us) == local ? first + hour_us : first;
}

/// UNIX_TIMESTAMP(), UNIX_TIMESTAMP(text [, pattern]): a text that is no time gives the smallest BIGINT, as in Flink.
Result<Kernel> make_unix_timestamp(const Expression& expression, const EvalSettings& settings) {
  if (expression.arguments.empty())
    return Kernel([](Call& call) -> Result<ColumnPtr> {
      return data::Column::constant(call.type(), call.frame.input().wall_ms / 1000, call.rows);
    });
  TRY_ASSIGN(PatternArgument pattern, PatternArgument::make(expression, 1, usual_pattern));
  return Kernel([pattern = std::move(pattern), zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    Out<int64_t> out(call);
    PatternArgument::Cursor patterns(pattern, call);
    ZoneCursor cursor(zone);
    const View<Text> text = call.view<Text>(0);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const auto local = read_date(text[i], patterns.at(i), false);
      out[i] = local ? data::floor_div(second_of_two(cursor, *local), us_per_second) : INT64_MIN;
    }
    return out.finish();
  });
}

/// CONVERT_TZ(text, from zone, to zone).
Result<ColumnPtr> convert_tz(Call& call) {
  TextOut out(call);
  const View<Text> text = call.view<Text>(0), from = call.view<Text>(1), to = call.view<Text>(2);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const auto local = data::parse_timestamp(text[i]);
    // As Java's TimeZone: a name that it does not know is UTC.
    const auto zone_of = [](Text name) {
      return name.starts_with('+') || name.starts_with('-') ? Zone() : Zone::find(name).value_or(Zone());
    };
    const Zone source = zone_of(from[i]), target = zone_of(to[i]);
    if (!local) {
      out.set_null(i);
      continue;
    }
    std::string made;
    data::append_timestamp(made, ZoneCursor(target).to_local(ZoneCursor(source).to_utc(*local)), 0,
                           data::Fraction::fixed, ' ');
    out.copy(i, made);
  }
  return out.finish();
}

}  // namespace

void add_time_text_functions(FunctionTable& table) {
  table.add(Function::date_format, make_date_format, {.costly = true});
  table.add(Function::to_timestamp, make_to_local);
  table.add(Function::to_date, make_to_local);
  table.add(Function::to_timestamp_ltz, make_to_instant, {.fallible = true});
  table.add(Function::from_unixtime, make_from_unixtime, {.costly = true});
  table.add(Function::unix_timestamp, make_unix_timestamp);
  table.add(Function::convert_tz, convert_tz, {.costly = true});
}

}  // namespace azud::stream
