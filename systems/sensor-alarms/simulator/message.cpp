#include "systems/sensor-alarms/simulator/message.h"

#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace azud::sensor_alarms {

namespace {

std::string_view word(bool value) { return value ? "true" : "false"; }

void append_number(int32_t value, std::string& out) {
  char digits[12];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

/// By hand, because it makes every message of a load run.
void append_csv(const Reading& reading, std::string& out) {
  append_number(reading.id, out);
  out += reading.movimiento ? ",true" : ",false";
  out += reading.humo ? ",true," : ",false,";
  append_number(reading.temperatura, out);
  out += ',';
  append_number(reading.temp_max, out);
}

}  // namespace

Result<Form> parse_form(std::string_view name) {
  if (name == "csv") return Form::csv;
  if (name == "brace") return Form::brace;
  if (name == "json") return Form::json;
  return fail(Code::invalid, "form must be csv, brace or json, not {}", name);
}

void append_message(const Reading& reading, Form form, std::string& out) {
  switch (form) {
    case Form::csv: append_csv(reading, out); return;
    case Form::brace:
      fmt::format_to(std::back_inserter(out), R"({{"{}","{}","{}","{}","{}"}})", reading.id, word(reading.movimiento),
                     word(reading.humo), reading.temperatura, reading.temp_max);
      return;
    case Form::json:
      fmt::format_to(std::back_inserter(out),
                     R"({{"id":"{}","movimiento":"{}","humo":"{}","temperatura":"{}","tempMaxima":"{}"}})", reading.id,
                     word(reading.movimiento), word(reading.humo), reading.temperatura, reading.temp_max);
      return;
  }
}

}  // namespace azud::sensor_alarms
