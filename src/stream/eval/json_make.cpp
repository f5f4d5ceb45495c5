#include <algorithm>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/json_string.h"
#include "data/number_text.h"
#include "data/text.h"
#include "data/time_text.h"
#include "stream/eval/encoding_family.h"
#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::Column;
using data::ColumnPtr;
using data::TypeKind;
using sql::Expression;
using sql::Function;
using Text = std::string_view;

/// What becomes of control characters that have no letter: JSON_QUOTE keeps them, everything else escapes them.
enum class Controls : uint8_t { escaped, kept };

void append_quoted(std::string& out, Text text, Controls controls = Controls::escaped) {
  out += '"';
  for (const char c : text) {
    if (const char letter = json_escape_letter(c); letter != 0) {
      out += '\\';
      out += letter;
    } else if (static_cast<unsigned char>(c) < ' ' && controls == Controls::escaped) {
      fmt::format_to(std::back_inserter(out), "\\u{:04X}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Characters outside of ASCII by their code units as Flink writes them: what the first unit of a pair begins is whole.
void append_escaped(std::string& out, Text text) {
  std::string plain;
  append_quoted(plain, text, Controls::kept);
  for (std::size_t at = 0; at < plain.size();) {
    const uint32_t c = utf8_next(plain, at);
    if (c < 0x80)
      out += static_cast<char>(c);
    else
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    if (c > 0xFFFF) fmt::format_to(std::back_inserter(out), "\\u{:04x}", 0xDC00 + ((c - 0x10000) & 0x3FF));
  }
}

/// JSON_QUOTE(text).
Result<ColumnPtr> json_quote(Call& call) {
  return made_text(call, [](std::size_t, Text text, std::string& out) { append_escaped(out, text); });
}

/// A double as Java's BigDecimal.valueOf(x).toString(): "1.0E+10", "0.00010".
void append_big_decimal(std::string& out, double value) {
  std::string text;
  data::append_double(text, value);
  const std::size_t mark = text.find('E');
  if (mark == std::string::npos) {
    out += text;
    return;
  }
  const int exponent = std::stoi(text.substr(mark + 1));
  std::string digits = text.substr(0, mark);
  if (exponent > 0 || exponent < -6) {
    out += fmt::format("{}E{}{}", digits, exponent > 0 ? "+" : "", exponent);
    return;
  }
  if (digits.starts_with('-')) out += '-';
  std::erase_if(digits, [](char c) { return c == '.' || c == '-'; });
  out += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
}

void append_json(std::string& out, const Column& column, std::size_t row);

/// ARRAY, and MAP and MULTISET, whose keys become texts.
void append_list(std::string& out, const Column& column, std::size_t row) {
  const data::ListValues& list = column.list_values();
  const bool array = column.type().kind() == TypeKind::array;
  out += array ? '[' : '{';
  for (uint32_t i = list.offsets[row]; i < list.offsets[row + 1]; ++i) {
    if (i != list.offsets[row]) out += ',';
    if (!array) {
      append_quoted(out, data::to_text(*list.children[0], i));
      out += ':';
    }
    append_json(out, *list.children[array ? 0 : 1], i);
  }
  out += array ? ']' : '}';
}

void append_json(std::string& out, const Column& column, std::size_t row) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  switch (column.type().kind()) {
    case TypeKind::real: {
      std::string text;
      data::append_float(text, column.values<float>()[row]);
      return append_big_decimal(out, std::stod(text));
    }
    case TypeKind::double_precision: return append_big_decimal(out, column.values<double>()[row]);
    case TypeKind::character:
    case TypeKind::varchar: return append_quoted(out, column.values<Text>()[row]);
    case TypeKind::binary:
    case TypeKind::varbinary: {
      const Text bytes = column.values<Text>()[row];
      out += '"';
      append_base64(out, bytes);
      out += '"';
      return;
    }
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz: {
      std::string text;
      data::append_timestamp(text, column.values<int64_t>()[row], 6, data::Fraction::java, 'T');
      if (text.size() == 16) text += ":00";
      if (column.type().kind() == TypeKind::timestamp_ltz) text += 'Z';
      return append_quoted(out, text);
    }
    case TypeKind::row: {
      out += '{';
      const auto& children = column.row_values().children;
      for (std::size_t i = 0; i < children.size(); ++i) {
        if (i != 0) out += ',';
        append_quoted(out, column.type().fields()[i].name);
        out += ':';
        append_json(out, *children[i], row);
      }
      out += '}';
      return;
    }
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return append_list(out, column, row);
    default: data::append_text(out, column, row);  // numbers and booleans
  }
}

/// JSON_STRING(value): NULL for NULL.
Result<ColumnPtr> json_string(Call& call) {
  TextOut out(call);
  std::string made;
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    made.clear();
    append_json(made, *call.args[0].column, call.args[0].constant ? 0 : i);
    if (!out.copy(i, made)) break;
  }
  return out.finish();
}

/// What JSON_OBJECT and JSON_ARRAY make is put into another one as it is.
bool is_json(const Expression& expression) {
  return expression.kind == Expression::Kind::call &&
         (expression.function == Function::json_object || expression.function == Function::json_array);
}

void append_member(std::string& out, const Call& call, std::size_t arg, std::size_t row) {
  const Column& column = *call.args[arg].column;
  const std::size_t at = call.args[arg].constant ? 0 : row;
  if (is_json(*call.expression.arguments[arg]))
    out += column.values<Text>()[at];
  else
    append_json(out, column, at);
}

/// JSON_OBJECT(key, value, …): the members in the order of their keys; the last of a key stays.
/// JSON_ARRAY(value, …). The option says whether NULL is left out.
template <bool object>
Result<Kernel> make_json(const Expression& expression, const EvalSettings&) {
  const bool leave_out = std::ranges::find(expression.options, "ABSENT ON NULL") != expression.options.end();
  std::vector<std::pair<std::string, std::size_t>> members;  // key, argument of the value
  for (std::size_t k = object ? 1 : 0; k < expression.arguments.size(); k += object ? 2 : 1) {
    std::string key = object ? expression.arguments[k - 1]->literal.as_text() : "";
    if (object) std::erase_if(members, [&](const auto& member) { return member.first == key; });
    members.emplace_back(std::move(key), k);
  }
  std::ranges::stable_sort(members, {}, [](const auto& member) { return member.first; });
  return Kernel([members, leave_out](Call& call) -> Result<ColumnPtr> {
    TextOut out(call, {});
    GrowingText growing(call.frame.made());
    std::string& made = growing.text();
    for (std::size_t i = 0; i < out.rows(); ++i) {
      made = object ? "{" : "[";
      for (const auto& [key, arg] : members) {
        const Operand& operand = call.args[arg];
        if (leave_out && operand.column->is_null(operand.constant ? 0 : i)) continue;
        if (made.size() > 1) made += ',';
        if (object) {
          append_quoted(made, key);
          made += ':';
        }
        append_member(made, call, arg, i);
        if (!growing.fits()) break;
      }
      made += object ? '}' : ']';
      if (!out.copy(i, made)) break;
    }
    return out.finish();
  });
}

}  // namespace

void add_json_making_functions(FunctionTable& table) {
  table.add(Function::json_quote, json_quote);
  table.add(Function::json_string, json_string, {.costly = true});
  table.add(Function::json_object, make_json<true>, {.strict = false, .costly = true});
  table.add(Function::json_array, make_json<false>, {.strict = false, .costly = true});
}

}  // namespace azud::stream
