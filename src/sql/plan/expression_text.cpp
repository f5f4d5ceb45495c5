#include <algorithm>

#include <fmt/format.h>

#include "base/in_quotes.h"
#include "data/decimal.h"
#include "data/number_text.h"
#include "data/time_text.h"
#include "sql/plan/expression.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;
using data::Value;

std::string hexadecimal(std::string_view bytes) {
  std::string out = "X'";
  for (const char c : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out + "'";
}

std::string composite_text(const Value& value, const DataType& type) {
  std::string out = type.kind() == TypeKind::row ? "ROW(" : type.kind() == TypeKind::map ? "MAP[" : "ARRAY[";
  const Value::List& list = value.as_list();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::size_t field = type.kind() == TypeKind::row ? i : i % type.fields().size();
    out += (i == 0 ? "" : ", ") + to_text(list[i], type.fields()[field].type);
  }
  return out + (type.kind() == TypeKind::row ? ")" : "]");
}

bool is_infix(Function function) {
  switch (function) {
    case Function::equal:
    case Function::not_equal:
    case Function::less:
    case Function::less_equal:
    case Function::greater:
    case Function::greater_equal:
    case Function::is_distinct_from:
    case Function::is_not_distinct_from:
    case Function::logical_and:
    case Function::logical_or:
    case Function::plus:
    case Function::minus:
    case Function::multiply:
    case Function::divide:
    case Function::modulo:
    case Function::plus_interval:
    case Function::minus_interval:
    case Function::minus_time:
    case Function::multiply_interval:
    case Function::divide_interval:
    case Function::concat: return true;
    default: return false;
  }
}

bool is_postfix(Function function) {
  switch (function) {
    case Function::is_null:
    case Function::is_not_null:
    case Function::is_true:
    case Function::is_not_true:
    case Function::is_false:
    case Function::is_not_false: return true;
    default: return false;
  }
}

class Printer {
 public:
  Printer(const std::vector<std::string>& names, bool exact) : names_(names), exact_(exact) {}

  std::string print(const Expression& e) const {
    switch (e.kind) {
      case Expression::Kind::input: return column(e.input);
      case Expression::Kind::literal:
        return exact_ ? to_text(e.literal, e.type) + ":" + e.type.to_sql() : to_text(e.literal, e.type);
      case Expression::Kind::call: return call(e);
    }
    return "?";
  }

 private:
  std::string column(int32_t index) const {
    const auto place = static_cast<std::size_t>(index);
    return place < names_.size() ? names_[place] : fmt::format("${}", index);
  }

  /// With parentheses if it is an operator.
  std::string operand(const Expression& e) const {
    const bool brackets = e.kind == Expression::Kind::call && (is_infix(e.function) || is_postfix(e.function));
    return brackets ? "(" + print(e) + ")" : print(e);
  }

  std::string join(const Expression& e, std::size_t from, std::string_view between) const {
    std::string out;
    for (std::size_t i = from; i < e.arguments.size(); ++i) {
      if (i > from) out += between;
      out += between == ", " ? print(*e.arguments[i]) : operand(*e.arguments[i]);
    }
    return out;
  }

  std::string case_when(const Expression& e) const {
    std::string out = "CASE";
    for (std::size_t i = 0; i + 1 < e.arguments.size(); i += 2)
      out += " WHEN " + print(*e.arguments[i]) + " THEN " + print(*e.arguments[i + 1]);
    return out + " ELSE " + print(*e.arguments.back()) + " END";
  }

  std::string field(const Expression& e) const {
    const DataType& type = e.arguments[0]->type;
    const auto place = static_cast<std::size_t>(e.arguments[1]->literal.as_int());
    return operand(*e.arguments[0]) + "." + type.fields()[place].name;
  }

  std::string call(const Expression& e) const {
    const std::string_view name = to_string(e.function);
    switch (e.function) {
      case Function::cast:
      case Function::try_cast:
      case Function::reinterpret: return fmt::format("{}({} AS {})", name, print(*e.arguments[0]), e.type.to_sql());
      case Function::case_when: return case_when(e);
      case Function::field_access: return field(e);
      case Function::element_at: return operand(*e.arguments[0]) + "[" + print(*e.arguments[1]) + "]";
      case Function::array_constructor:
      case Function::map_constructor: return fmt::format("{}[{}]", name, join(e, 0, ", "));
      case Function::negate: return "-" + operand(*e.arguments[0]);
      case Function::logical_not: return "NOT " + operand(*e.arguments[0]);
      case Function::between:
        return fmt::format("{} BETWEEN {} AND {}", operand(*e.arguments[0]), operand(*e.arguments[1]),
                           operand(*e.arguments[2]));
      case Function::in_list: return fmt::format("{} IN ({})", operand(*e.arguments[0]), join(e, 1, ", "));
      case Function::like:
      case Function::not_like:
      case Function::similar_to:
        return fmt::format("{} {} {}", operand(*e.arguments[0]), name, operand(*e.arguments[1]));
      default: break;
    }
    if (is_infix(e.function)) return join(e, 0, fmt::format(" {} ", name));
    if (is_postfix(e.function)) return operand(*e.arguments[0]) + fmt::format(" {}", name);
    std::string out = fmt::format("{}({}", name, join(e, 0, ", "));
    for (const std::string& option : e.options) out += " " + option;
    return out + (exact_ ? "):" + e.type.to_sql() : ")");
  }

  const std::vector<std::string>& names_;
  bool exact_;
};

}  // namespace

std::string to_text(const Value& value, const DataType& type) {
  if (value.is_null()) return "NULL";
  std::string out;
  switch (type.kind()) {
    case TypeKind::boolean: return value.as_bool() ? "TRUE" : "FALSE";
    case TypeKind::decimal: data::append_decimal(out, value.as_decimal(), type.scale()); return out;
    case TypeKind::real: data::append_float(out, static_cast<float>(value.as_double())); return out;
    case TypeKind::double_precision: data::append_double(out, value.as_double()); return out;
    case TypeKind::character:
    case TypeKind::varchar: return in_quotes(value.as_text(), '\'');
    case TypeKind::binary:
    case TypeKind::varbinary: return hexadecimal(value.as_text());
    case TypeKind::date: data::append_date(out, static_cast<int32_t>(value.as_int())); return "DATE '" + out + "'";
    case TypeKind::time:
      data::append_time(out, value.as_int() * data::us_per_ms, type.precision(), data::Fraction::minimal);
      return "TIME '" + out + "'";
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz:
      data::append_timestamp(out, value.as_int(), type.precision(), data::Fraction::minimal, ' ');
      return (type.kind() == TypeKind::timestamp ? "TIMESTAMP '" : "TIMESTAMP_LTZ '") + out + "'";
    case TypeKind::interval_ms: return fmt::format("INTERVAL {} ms", value.as_int());
    case TypeKind::interval_months: return fmt::format("INTERVAL {} months", value.as_int());
    case TypeKind::row:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return composite_text(value, type);
    default: return fmt::format("{}", value.as_int());
  }
}

std::string to_text(const Expression& expression, const std::vector<std::string>& names) {
  return Printer(names, false).print(expression);
}

std::string digest(const Expression& expression) { return Printer({}, true).print(expression); }

std::string to_text(const AggregateCall& call, const std::vector<std::string>& names) {
  const auto column = [&](int32_t index) {
    const auto place = static_cast<std::size_t>(index);
    return place < names.size() ? names[place] : fmt::format("${}", index);
  };
  std::string arguments = call.function == Aggregate::count_star ? "*" : "";
  for (const int32_t argument : call.arguments) arguments += (arguments.empty() ? "" : ", ") + column(argument);
  for (std::size_t i = 0; i < call.constants.size(); ++i) {
    const DataType type = call.function == Aggregate::listagg ? DataType::string()
                          : i == 0                            ? DataType::bigint()
                                                              : call.type;
    arguments += (arguments.empty() ? "" : ", ") + to_text(call.constants[i], type);
  }
  std::string out = fmt::format("{}({}{})", to_string(call.function), call.distinct ? "DISTINCT " : "", arguments);
  if (call.filter >= 0) out += fmt::format(" FILTER ({})", column(call.filter));
  return out;
}

}  // namespace azud::sql
