#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "data/text.h"
#include "stream/eval/encoding_family.h"
#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::Column;
using data::ColumnPtr;
using data::TypeKind;
using sql::Function;
using Text = std::string_view;

/// "%[argument$][flags][width][.precision]conversion" of Java's Formatter.
struct Field {
  std::size_t argument = 0;  ///< from 1; 0: the next one
  std::string flags;
  std::size_t width = 0;
  int precision = -1;
  char conversion = 0;

  bool has(char flag) const { return flags.find(flag) != std::string::npos; }
};

constexpr std::size_t width_max = 65536;

/// Reads digits from the front; false if there are none or too many.
bool take_number(Text& text, std::size_t& value) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || value > width_max) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// The field behind a %; nothing if it is none.
std::optional<Field> take_field(Text& text) {
  Field field;
  std::size_t number = 0;
  if (Text ahead = text; take_number(ahead, number) && ahead.starts_with('$')) {
    field.argument = number;
    text = ahead.substr(1);
    if (number == 0) return std::nullopt;
  }
  const std::size_t flags = std::min(text.find_first_not_of("-#+ 0,("), text.size());
  field.flags = text.substr(0, flags);
  text.remove_prefix(flags);
  take_number(text, field.width);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take_number(text, number)) return std::nullopt;
    field.precision = static_cast<int>(number);
  }
  if (text.empty()) return std::nullopt;
  field.conversion = text.front();
  text.remove_prefix(1);
  return field;
}

std::optional<int64_t> integer_of(const Column& column, std::size_t row) {
  switch (column.type().kind()) {
    case TypeKind::tinyint: return column.values<int8_t>()[row];
    case TypeKind::smallint: return column.values<int16_t>()[row];
    case TypeKind::integer: return column.values<int32_t>()[row];
    case TypeKind::bigint: return column.values<int64_t>()[row];
    default: return std::nullopt;
  }
}

std::optional<double> double_of(const Column& column, std::size_t row) {
  if (column.type().kind() == TypeKind::real) return column.values<float>()[row];
  if (column.type().kind() == TypeKind::double_precision) return column.values<double>()[row];
  return std::nullopt;
}

/// Commas between groups of three of the digits before the point.
void group_digits(std::string& digits) {
  std::size_t end = digits.find_first_not_of("0123456789");
  if (end == std::string::npos) end = digits.size();
  for (std::size_t at = end; at > 3;) digits.insert(at -= 3, ",");
}

/// Sign, zeros up to the width, brackets.
std::string with_sign(const Field& field, bool negative, std::string digits) {
  if (field.has(',')) group_digits(digits);
  std::string before = negative ? (field.has('(') ? "(" : "-") : field.has('+') ? "+" : field.has(' ') ? " " : "";
  const std::string after = negative && field.has('(') ? ")" : "";
  const std::size_t size = before.size() + digits.size() + after.size();
  if (field.has('0') && size < field.width) before.append(field.width - size, '0');
  return before + digits + after;
}

std::optional<std::string> shown_integer(const Field& field, const Column& column, std::size_t row) {
  const auto value = integer_of(column, row);
  if (!value || field.precision >= 0) return std::nullopt;
  if (field.conversion == 'd') {
    const uint64_t magnitude = *value < 0 ? 0 - static_cast<uint64_t>(*value) : static_cast<uint64_t>(*value);
    return with_sign(field, *value < 0, fmt::format("{}", magnitude));
  }
  auto bits = static_cast<uint64_t>(*value);
  switch (column.type().kind()) {
    case TypeKind::tinyint: bits &= 0xFF; break;
    case TypeKind::smallint: bits &= 0xFFFF; break;
    case TypeKind::integer: bits &= 0xFFFFFFFF; break;
    default: break;
  }
  if (field.conversion == 'o') return with_sign(field, false, fmt::format("{}{:o}", field.has('#') ? "0" : "", bits));
  return with_sign(field, false, fmt::format("{}{:x}", field.has('#') ? "0x" : "", bits));
}

std::optional<std::string> shown_double(const Field& field, const Column& column, std::size_t row) {
  const auto value = double_of(column, row);
  if (!value) return std::nullopt;
  const int precision = field.precision < 0 ? 6 : field.precision;
  if (std::isnan(*value)) return "NaN";
  const double magnitude = std::abs(*value);
  if (std::isinf(magnitude)) return with_sign(field, *value < 0, "Infinity");
  return with_sign(field, std::signbit(*value),
                   field.conversion == 'e' ? fmt::format("{:.{}e}", magnitude, precision)
                                           : fmt::format("{:.{}f}", magnitude, precision));
}

/// The value by the field's conversion, not yet filled up; nothing if it does not take such a value.
std::optional<std::string> shown(const Field& field, const Column& column, std::size_t row) {
  const bool null = column.is_null(row) || column.type().kind() == TypeKind::null;
  const auto cut = [&field](std::string text) {
    if (field.precision >= 0) text.resize(utf8_offset(text, static_cast<std::size_t>(field.precision)));
    return text;
  };
  switch (field.conversion) {
    case 's': return cut(null ? "null" : data::to_text(column, row));
    case 'b':
      return cut(!null && (column.type().kind() != TypeKind::boolean || column.values<int8_t>()[row] != 0) ? "true"
                                                                                                           : "false");
    case 'd':
    case 'x':
    case 'o': return null ? std::optional<std::string>("null") : shown_integer(field, column, row);
    case 'e':
    case 'f': return null ? cut("null") : shown_double(field, column, row);
    case 'c': {
      if (null) return "null";
      const auto code = integer_of(column, row);
      if (!code || *code < 0 || *code > 0x10FFFF) return std::nullopt;
      std::string character;
      utf8_append(character, static_cast<uint32_t>(*code));
      return character;
    }
    default: return std::nullopt;
  }
}

/// False if the format cannot be followed with these values.
bool format(const Call& call, std::size_t row, GrowingText& out) {
  Text rest = call.view<Text>(0)[row];
  std::size_t next = 1;
  while (!rest.empty()) {
    const std::size_t mark = std::min(rest.find('%'), rest.size());
    out += rest.substr(0, mark);
    rest.remove_prefix(mark);
    if (rest.empty()) break;
    rest.remove_prefix(1);
    auto field = take_field(rest);
    if (!field) return false;
    std::string text;
    const bool upper = field->conversion == 'S' || field->conversion == 'B' || field->conversion == 'X' ||
                       field->conversion == 'E' || field->conversion == 'C';
    if (field->conversion == '%') {
      text = "%";
    } else if (field->conversion == 'n') {
      text = "\n";
    } else {
      const std::size_t arg = field->argument != 0 ? field->argument : next++;
      if (arg >= call.args.size()) return false;
      if (upper) field->conversion = static_cast<char>(field->conversion + 32);
      auto made = shown(*field, *call.args[arg].column, call.args[arg].constant ? 0 : row);
      if (!made) return false;
      text = *std::move(made);
      for (char& c : text)
        if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    const std::size_t length = utf8_length(text), fill = length < field->width ? field->width - length : 0;
    if (!field->has('-')) out.append_times(" ", fill);
    out += text;
    if (field->has('-')) out.append_times(" ", fill);
    if (!out.fits()) break;
  }
  return true;
}

/// PRINTF(format, value, …): NULL if the format is none, or does not fit the values.
Result<ColumnPtr> printf(Call& call) {
  TextOut out(call, {});
  GrowingText made(call.frame.made());
  for (std::size_t i = 0; i < out.rows(); ++i) {
    made.clear();
    if (call.view<Text>(0).is_null(i) || !format(call, i, made))
      out.set_null(i);
    else if (!out.copy(i, made))
      break;
  }
  return out.finish();
}

}  // namespace

void add_printf_function(FunctionTable& table) {
  table.add(Function::printf, printf, {.strict = false, .costly = true});
}

}  // namespace azud::stream
