#include "data/time_text.h"
#include "stream/eval/civil.h"
#include "stream/eval/function_table.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::TypeKind;
using data::us_per_day;
using data::us_per_ms;
using sql::Expression;
using sql::Function;

bool is_interval(TypeKind kind) { return kind == TypeKind::interval_ms || kind == TypeKind::interval_months; }

/// Argument `index` by row, whatever it has fewer of.
int64_t at(const std::vector<int64_t>& values, std::size_t row) { return values.size() == 1 ? values[0] : values[row]; }

int64_t integer_at(const Call& call, std::size_t arg, std::size_t row) {
  switch (data::storage_of(call.arg_type(arg).kind())) {
    case data::Storage::i64: return call.view<int64_t>(arg)[row];
    case data::Storage::i16: return call.view<int16_t>(arg)[row];
    case data::Storage::i8: return call.view<int8_t>(arg)[row];
    default: return call.view<int32_t>(arg)[row];
  }
}

/// A field of a timestamp as Flink takes it: by cutting towards 1970, so that fields of earlier times are negative.
int64_t timestamp_field(int64_t us, TimeUnit unit) {
  if (us >= 0) return extract_field(us, unit);
  const int64_t ms = data::us_to_ms(us), us_of_ms = data::floor_mod(us, us_per_ms);
  switch (unit) {
    case TimeUnit::epoch: return ms / 1000;
    case TimeUnit::nanosecond: return ms % 1000 * 1'000'000 + us_of_ms * 1000;
    case TimeUnit::microsecond: return ms % 1000 * 1000 + us_of_ms;
    case TimeUnit::millisecond: return ms % 1000;
    case TimeUnit::second: return ms % 60'000 / 1000;
    case TimeUnit::minute: return ms % 3'600'000 / 60'000;
    case TimeUnit::hour: return ms % data::ms_per_day / 3'600'000;
    default: return extract_field(ms / data::ms_per_day * us_per_day, unit);
  }
}

Result<Kernel> make_extract(const Expression& expression, const EvalSettings& settings) {
  TRY_ASSIGN(const TimeUnit unit, unit_argument(expression, 0));
  return Kernel([unit, zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    Out<int64_t> out(call);
    const TypeKind kind = call.arg_type(1).kind();
    if (kind == TypeKind::interval_months) {
      const View<int32_t> months = call.view<int32_t>(1);
      for (std::size_t i = 0; i < out.rows(); ++i) out[i] = unit == TimeUnit::year ? months[i] / 12 : months[i] % 12;
      return out.finish();
    }
    if (kind == TypeKind::interval_ms) {
      const View<int64_t> ms = call.view<int64_t>(1);
      for (std::size_t i = 0; i < out.rows(); ++i)
        out[i] = unit == TimeUnit::day ? ms[i] / data::ms_per_day : extract_field(ms[i] * us_per_ms, unit);
      return out.finish();
    }
    // EPOCH is of the instant, everything else of the local time.
    const std::vector<int64_t> times =
        local_times(call.args[1], call.arg_type(1), unit == TimeUnit::epoch ? Zone() : zone);
    const auto field = data::is_timestamp(kind) ? timestamp_field : extract_field;
    for (std::size_t i = 0; i < out.rows(); ++i) out[i] = field(at(times, i), unit);
    return out.finish();
  });
}

template <int64_t (*f)(int64_t, TimeUnit)>
Result<Kernel> make_rounding(const Expression& expression, const EvalSettings& settings) {
  TRY_ASSIGN(const TimeUnit unit, unit_argument(expression, 1));
  return Kernel([unit, zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    std::vector<int64_t> times = local_times(call.args[0], call.arg_type(0), zone);
    times.resize(call.rows, times.empty() ? 0 : times.front());
    if (call.type().kind() != TypeKind::timestamp_ltz || zone.is_utc()) {
      for (int64_t& time : times) time = f(time, unit);
      return column_of_local(std::move(times), call.type(), zone, strict_validity(call));
    }
    // As in Flink, the result has the distance from UTC that the value had, whatever the clocks did between them.
    const auto instants = local_times(call.args[0], call.arg_type(0), Zone());
    for (std::size_t i = 0; i < times.size(); ++i) {
      const int64_t offset = times[i] - at(instants, i);
      times[i] = f(times[i], unit) - offset;
    }
    return column_of_local(std::move(times), call.type(), Zone(), strict_validity(call));
  });
}

/// A point in time and an interval (in either order), or two intervals.
template <int sign>
Result<Kernel> make_shift(const Expression& expression, const EvalSettings&) {
  const bool swapped =
      is_interval(expression.arguments[0]->type.kind()) && !is_interval(expression.arguments[1]->type.kind());
  return Kernel([swapped](Call& call) -> Result<ColumnPtr> {
    const std::size_t point = swapped ? 1 : 0, shift = swapped ? 0 : 1;
    if (call.type().kind() == TypeKind::interval_months)
      return map_two<int32_t, int32_t, int32_t>(call, [](int32_t a, int32_t b) { return a + sign * b; });
    if (call.type().kind() == TypeKind::interval_ms)
      return map_two<int64_t, int64_t, int64_t>(call, [](int64_t a, int64_t b) { return a + sign * b; });
    const bool months = call.arg_type(shift).kind() == TypeKind::interval_months;
    if (!months && data::storage_of(call.type().kind()) == data::Storage::i64 &&
        data::storage_of(call.arg_type(point).kind()) == data::Storage::i64) {
      const View<int64_t> times = call.view<int64_t>(point), by = call.view<int64_t>(shift);
      Out<int64_t> out(call);
      for (std::size_t i = 0; i < out.rows(); ++i) out[i] = times[i] + sign * by[i] * us_per_ms;
      return out.finish();
    }
    std::vector<int64_t> times = local_times(call.args[point], call.arg_type(point), Zone());
    times.resize(call.rows, times.empty() ? 0 : times.front());
    for (std::size_t i = 0; i < times.size(); ++i)
      times[i] = months ? add_months(times[i], sign * call.view<int32_t>(shift)[i])
                        : times[i] + sign * call.view<int64_t>(shift)[i] * us_per_ms;
    return column_of_local(std::move(times), call.type(), Zone(), strict_validity(call));
  });
}

/// Two points in time: the interval between them.
Result<Kernel> make_minus_time(const Expression&, const EvalSettings& settings) {
  return Kernel([zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    const bool instants =
        call.arg_type(0).kind() == TypeKind::timestamp_ltz && call.arg_type(1).kind() == TypeKind::timestamp_ltz;
    const Zone used = instants ? Zone() : zone;
    const auto a = local_times(call.args[0], call.arg_type(0), used),
               b = local_times(call.args[1], call.arg_type(1), used);
    if (call.type().kind() == TypeKind::interval_months) {
      Out<int32_t> out(call);
      for (std::size_t i = 0; i < out.rows(); ++i)
        out[i] = static_cast<int32_t>(whole_units(at(b, i), at(a, i), TimeUnit::month));
      return out.finish();
    }
    Out<int64_t> out(call);
    for (std::size_t i = 0; i < out.rows(); ++i) out[i] = data::us_to_ms(at(a, i)) - data::us_to_ms(at(b, i));
    return out.finish();
  });
}

template <bool multiply>
Result<ColumnPtr> scaled_interval(Call& call) {
  const std::size_t interval = is_interval(call.arg_type(0).kind()) ? 0 : 1, factor = 1 - interval;
  const auto scale = [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
    Out<T> out(call);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const int64_t by = integer_at(call, factor, i);
      if (!multiply && by == 0) return call.fail_at(i, "division by zero");
      const T value = call.view<T>(interval)[i];
      out[i] = static_cast<T>(multiply ? value * by : value / by);
    }
    return out.finish();
  };
  if (call.type().kind() == TypeKind::interval_months) return scale(std::type_identity<int32_t>());
  return scale(std::type_identity<int64_t>());
}

/// TIMESTAMPADD(unit, count, point).
Result<Kernel> make_timestamp_add(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(const TimeUnit unit, unit_argument(expression, 0));
  return Kernel([unit](Call& call) -> Result<ColumnPtr> {
    std::vector<int64_t> times = local_times(call.args[2], call.arg_type(2), Zone());
    times.resize(call.rows, times.empty() ? 0 : times.front());
    const int64_t us = unit_us(unit);
    const int64_t months = unit == TimeUnit::year ? 12 : unit == TimeUnit::quarter ? 3 : 1;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const int64_t count = integer_at(call, 1, i);
      times[i] = us != 0 ? times[i] + count * us : add_months(times[i], count * months);
    }
    return column_of_local(std::move(times), call.type(), Zone(), strict_validity(call));
  });
}

/// TIMESTAMPDIFF(unit, from, to).
Result<Kernel> make_timestamp_diff(const Expression& expression, const EvalSettings& settings) {
  TRY_ASSIGN(const TimeUnit unit, unit_argument(expression, 0));
  return Kernel([unit, zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    const auto from = local_times(call.args[1], call.arg_type(1), zone),
               to = local_times(call.args[2], call.arg_type(2), zone);
    const auto fill = [&]<class T>(std::type_identity<T>) -> Result<ColumnPtr> {
      Out<T> out(call);
      for (std::size_t i = 0; i < out.rows(); ++i) out[i] = static_cast<T>(whole_units(at(from, i), at(to, i), unit));
      return out.finish();
    };
    if (data::storage_of(call.type().kind()) == data::Storage::i64) return fill(std::type_identity<int64_t>());
    return fill(std::type_identity<int32_t>());
  });
}

/// The epoch's wall clock, as an instant or in the session's zone, by the type of the result.
Result<Kernel> make_now(const Expression&, const EvalSettings& settings) {
  return Kernel([zone = settings.zone](Call& call) -> Result<ColumnPtr> {
    const int64_t us = call.frame.input().wall_ms * us_per_ms;
    if (call.type().kind() == TypeKind::timestamp_ltz) return data::Column::constant(call.type(), us, call.rows);
    std::vector<int64_t> local(call.rows, ZoneCursor(zone).to_local(us));
    return column_of_local(std::move(local), call.type(), Zone(), {});
  });
}

/// CURRENT_WATERMARK: NULL before the first one.
Result<ColumnPtr> current_watermark(Call& call) {
  Out<int64_t> out(call, {});
  const auto watermarks = call.frame.input().watermarks;
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const TimestampMs watermark = watermarks.empty() ? timestamp_min : watermarks[call.frame.place(i)];
    if (watermark == timestamp_min)
      out.set_null(i);
    else
      out[i] = watermark * us_per_ms;
  }
  return out.finish();
}

}  // namespace

void add_time_functions(FunctionTable& table) {
  table.add(Function::extract, make_extract);
  table.add(Function::floor_time, make_rounding<floor_to>);
  table.add(Function::ceil_time, make_rounding<ceil_to>);
  table.add(Function::plus_interval, make_shift<1>);
  table.add(Function::minus_interval, make_shift<-1>);
  table.add(Function::minus_time, make_minus_time);
  table.add(Function::multiply_interval, scaled_interval<true>);
  table.add(Function::divide_interval, scaled_interval<false>, {.fallible = true});
  table.add(Function::timestamp_add, make_timestamp_add);
  table.add(Function::timestamp_diff, make_timestamp_diff);
  for (const Function function :
       {Function::current_date, Function::current_time, Function::current_timestamp, Function::local_time,
        Function::local_timestamp, Function::now, Function::current_row_timestamp, Function::proctime})
    table.add(function, make_now);
  table.add(Function::current_watermark, current_watermark, {.strict = false});
}

}  // namespace azud::stream
