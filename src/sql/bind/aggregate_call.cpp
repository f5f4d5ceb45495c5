#include "sql/bind/aggregate_call.h"

#include <algorithm>
#include <array>

#include "data/decimal.h"
#include "sql/bind/casting.h"
#include "sql/bind/type_rules.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

enum class Kind : uint8_t { count, number, any, text, rank, offset };

struct Form {
  std::string_view name;
  Aggregate function;
  Kind kind;
  bool window_only = false;
};
constexpr std::array<Form, 27> forms = {{{"ARRAY_AGG", Aggregate::array_agg, Kind::any},
                                         {"AVG", Aggregate::avg, Kind::number},
                                         {"COLLECT", Aggregate::collect, Kind::any},
                                         {"COUNT", Aggregate::count, Kind::count},
                                         {"CUME_DIST", Aggregate::cume_dist, Kind::rank, true},
                                         {"DENSE_RANK", Aggregate::dense_rank, Kind::rank, true},
                                         {"FIRST_VALUE", Aggregate::first_value, Kind::any},
                                         {"LAG", Aggregate::lag, Kind::offset, true},
                                         {"LAST_VALUE", Aggregate::last_value, Kind::any},
                                         {"LEAD", Aggregate::lead, Kind::offset, true},
                                         {"LISTAGG", Aggregate::listagg, Kind::text},
                                         {"MAX", Aggregate::max, Kind::any},
                                         {"MIN", Aggregate::min, Kind::any},
                                         {"NTH_VALUE", Aggregate::nth_value, Kind::any, true},
                                         {"NTILE", Aggregate::ntile, Kind::rank, true},
                                         {"PERCENT_RANK", Aggregate::percent_rank, Kind::rank, true},
                                         {"RANK", Aggregate::rank, Kind::rank, true},
                                         {"ROW_NUMBER", Aggregate::row_number, Kind::rank, true},
                                         {"STDDEV", Aggregate::stddev_samp, Kind::number},
                                         {"STDDEV_POP", Aggregate::stddev_pop, Kind::number},
                                         {"STDDEV_SAMP", Aggregate::stddev_samp, Kind::number},
                                         {"SUM", Aggregate::sum, Kind::number},
                                         {"$SUM0", Aggregate::sum0, Kind::number},
                                         {"VARIANCE", Aggregate::var_samp, Kind::number},
                                         {"VAR_POP", Aggregate::var_pop, Kind::number},
                                         {"VAR_SAMP", Aggregate::var_samp, Kind::number},
                                         {"SINGLE_VALUE", Aggregate::single_value, Kind::any}}};

const Form* find_form(std::string_view name) {
  const auto* form = std::ranges::find(forms, name, &Form::name);
  return form == forms.end() ? nullptr : form;
}

/// SUM of DECIMAL has 38 digits, AVG and the like at least 6 of them behind the point.
DataType number_result(Aggregate function, const DataType& argument) {
  if (argument.kind() != TypeKind::decimal) return argument;
  const bool sum = function == Aggregate::sum || function == Aggregate::sum0;
  return DataType::decimal(data::decimal_digits_max, sum ? argument.scale() : std::max(6, argument.scale()));
}

class AggregateBinder {
 public:
  AggregateBinder(const ast::Call& call, const Form& form, Place place, const BindErrors& errors)
      : call_(call), form_(form), place_(place), errors_(errors), name_(to_upper(call.name.back().text)) {}

  Result<BoundAggregate> bind(std::vector<ExpressionPtr> arguments, ExpressionPtr filter, bool grouped, bool over) {
    bound_.function = form_.function;
    bound_.distinct = call_.distinct;
    bound_.filter = std::move(filter);
    TRY(check_decorations());
    switch (form_.kind) {
      case Kind::count: TRY(bind_count(arguments)); break;
      case Kind::number: TRY(bind_number(arguments, grouped, over)); break;
      case Kind::any: TRY(bind_any(arguments, grouped || over)); break;
      case Kind::text: TRY(bind_listagg(arguments)); break;
      case Kind::rank: TRY(bind_rank(arguments)); break;
      case Kind::offset: TRY(bind_offset(arguments)); break;
    }
    bound_.arguments = std::move(arguments);
    return std::move(bound_);
  }

 private:
  std::unexpected<Error> wrong(std::string_view form) const {
    return errors_.invalid(place_, fmt::format("{} does not take these arguments", name_),
                           fmt::format("it is {}", form));
  }

  Status check_decorations() const {
    if (!call_.within_group.empty())
      return errors_.unsupported(place_, "WITHIN GROUP is not supported", "Flink has none in streaming either");
    if (call_.ignore_nulls)
      return errors_.unsupported(place_, "IGNORE NULLS and RESPECT NULLS are not supported",
                                 "FILTER (WHERE x IS NOT NULL) leaves NULLs out");
    if (call_.distinct && form_.window_only) return errors_.invalid(place_, fmt::format("{} takes no DISTINCT", name_));
    if (form_.function == Aggregate::lead)
      return errors_.unsupported(place_, "LEAD is not available in streaming: later rows are not known yet",
                                 "LAG at the later row gives the same pairs");
    return {};
  }

  Status bind_count(std::vector<ExpressionPtr>& arguments) {
    if (arguments.empty()) bound_.function = Aggregate::count_star;
    if (arguments.size() > 1)
      return errors_.unsupported(place_, "COUNT of several columns is not supported",
                                 "write COUNT(*) FILTER (WHERE a IS NOT NULL AND b IS NOT NULL)");
    bound_.type = DataType::bigint().not_null();
    return {};
  }

  Status bind_number(std::vector<ExpressionPtr>& arguments, bool grouped, bool over) {
    if (arguments.size() != 1 || !data::is_numeric(arguments[0]->type.kind())) return wrong(name_ + "(number)");
    const bool nullable = arguments[0]->type.nullable() || !(grouped || over) || bound_.filter;
    const bool zero = form_.function == Aggregate::sum0;
    bound_.type = number_result(form_.function, arguments[0]->type).with_nullable(nullable && !zero);
    const bool total = zero || form_.function == Aggregate::sum || form_.function == Aggregate::avg;
    // As in Flink, groups compute the spread of integers in DOUBLE, OVER in integers.
    if (!total && !over && data::is_integer(arguments[0]->type.kind()))
      arguments[0] = cast_to(arguments[0], DataType::double_precision());
    return {};
  }

  Status bind_any(const std::vector<ExpressionPtr>& arguments, bool grouped) {
    if (arguments.size() != 1 || arguments[0]->type.kind() == TypeKind::null) return wrong(name_ + "(value)");
    const DataType& type = arguments[0]->type;
    const bool extreme = form_.function == Aggregate::min || form_.function == Aggregate::max;
    if (extreme && type.kind() >= TypeKind::row)
      return errors_.unsupported(place_, fmt::format("{} of {} is not supported", name_, type.to_sql()),
                                 "take it of an element or a field");
    if (form_.function == Aggregate::collect) {
      bound_.type = DataType::multiset(type).not_null();
    } else if (form_.function == Aggregate::array_agg) {
      bound_.type = DataType::array(type);
    } else {
      bound_.type = type.with_nullable(type.nullable() || !grouped || bound_.filter);
    }
    return {};
  }

  Status bind_listagg(std::vector<ExpressionPtr>& arguments) {
    std::string separator = ",";
    if (arguments.size() == 2) {
      if (!arguments[1]->is_literal() || arguments[1]->literal.is_null() || !data::is_text(arguments[1]->type.kind()))
        return errors_.invalid(place_, "the separator of LISTAGG is a text literal");
      separator = arguments[1]->literal.as_text();
      arguments.pop_back();
    }
    if (arguments.size() != 1 || !data::is_text(arguments[0]->type.kind())) return wrong("LISTAGG(text[, separator])");
    bound_.constants = {separator};
    bound_.type = DataType::string();
    return {};
  }

  Status bind_rank(const std::vector<ExpressionPtr>& arguments) {
    if (form_.function != Aggregate::row_number && form_.function != Aggregate::rank &&
        form_.function != Aggregate::dense_rank)
      return errors_.unsupported(place_, fmt::format("{} is not available in streaming", name_));
    if (!arguments.empty()) return wrong(name_ + "()");
    bound_.type = DataType::bigint().not_null();
    return {};
  }

  /// LAG(value [, offset [, default]])
  Status bind_offset(std::vector<ExpressionPtr>& arguments) {
    constexpr std::string_view form = "LAG(value[, offset[, default]]), offset and default being literals";
    if (arguments.empty() || arguments.size() > 3) return wrong(form);
    int64_t offset = 1;
    data::Value otherwise;
    bound_.type = arguments[0]->type.with_nullable(true);
    if (arguments.size() > 1) {
      if (!arguments[1]->is_literal() || arguments[1]->literal.is_null() ||
          !data::is_integer(arguments[1]->type.kind()))
        return wrong(form);
      offset = arguments[1]->literal.as_int();
      if (offset < 0) return errors_.invalid(place_, "the offset of LAG is 0 or more");
    }
    if (arguments.size() > 2) {
      const ExpressionPtr value = cast_to(arguments[2], bound_.type);
      if (!value->is_literal()) return wrong(form);
      otherwise = value->literal;
      if (!otherwise.is_null()) bound_.type = arguments[0]->type;
    }
    bound_.constants = {offset, otherwise};
    arguments.resize(1);
    return {};
  }

  const ast::Call& call_;
  const Form& form_;
  Place place_;
  const BindErrors& errors_;
  std::string name_;
  BoundAggregate bound_;
};

}  // namespace

bool BoundAggregate::operator==(const BoundAggregate& other) const {
  const auto same = [](const ExpressionPtr& a, const ExpressionPtr& b) { return *a == *b; };
  const bool filters = filter && other.filter ? *filter == *other.filter : filter == other.filter;
  return function == other.function && std::ranges::equal(arguments, other.arguments, same) &&
         constants == other.constants && distinct == other.distinct && filters && type == other.type;
}

bool is_aggregate(std::string_view name) { return find_form(name) != nullptr; }

bool is_window_only(std::string_view name) {
  const Form* form = find_form(name);
  return form != nullptr && form->window_only;
}

Result<BoundAggregate> bind_aggregate(const ast::Call& call, std::vector<ExpressionPtr> arguments, ExpressionPtr filter,
                                      bool grouped, bool over, Place place, const BindErrors& errors) {
  const Form* form = find_form(to_upper(call.name.back().text));
  if (form == nullptr)
    return errors.invalid(place, fmt::format("{} is no aggregate: it takes no OVER", call.name.back().text));
  return AggregateBinder(call, *form, place, errors).bind(std::move(arguments), std::move(filter), grouped, over);
}

}  // namespace azud::sql
