#include "connect/http/ingest_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <simdjson.h>

namespace azud::connect {
namespace {

constexpr std::size_t shown_bytes_max = 40;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

ByteView trimmed(ByteView text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view example_of(IngestType type) {
  switch (type) {
    case IngestType::int32: return "an int such as 42";
    case IngestType::int64: return "a bigint such as 42";
    case IngestType::float64: return "a double such as 25.5";
    case IngestType::boolean: return "true or false";
    case IngestType::text: return "a string";
  }
  return "";
}

/// What was found, for an error message: short, and safe to print.
std::string shown(ByteView text) {
  std::string out = "'";
  for (const char c : text.substr(0, shown_bytes_max))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  out += text.size() > shown_bytes_max ? "'…" : "'";
  return out;
}

bool equals_ignoring_case(ByteView text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
         });
}

template <class T>
bool append_integer(ByteView text, std::string& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || text.empty()) return false;
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  return true;
}

bool append_double(ByteView text, std::string& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
      })) {
    return false;
  }
  double value;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(value)) return false;
  out += text;
  return true;
}

bool append_boolean(ByteView text, std::string& out) {
  if (equals_ignoring_case(text, "true")) {
    out += "true";
  } else if (equals_ignoring_case(text, "false")) {
    out += "false";
  } else {
    return false;
  }
  return true;
}

void append_csv_text(ByteView text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == ByteView::npos &&
      (text.empty() || (!is_space(text.front()) && !is_space(text.back())))) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string_view to_string(IngestType type) {
  switch (type) {
    case IngestType::int32: return "int";
    case IngestType::int64: return "bigint";
    case IngestType::float64: return "double";
    case IngestType::boolean: return "boolean";
    case IngestType::text: return "string";
  }
  return "";
}

Result<IngestType> parse_ingest_type(std::string_view name) {
  for (const IngestType type :
       {IngestType::int32, IngestType::int64, IngestType::float64, IngestType::boolean, IngestType::text}) {
    if (to_string(type) == name) return type;
  }
  return fail(Code::invalid, "a field's type must be int, bigint, double, boolean or string; found '{}'", name);
}

/// One value as it was found.
struct IngestFormat::Value {
  ByteView text;  ///< without its quotes
  bool found = false;
};

/// The values of one message; a thread's own, so that its memory is used again.
class IngestFormat::Values {
 public:
  void begin(std::size_t count, std::size_t body_bytes) {
    values_.assign(count, {});
    unquoted_.clear();
    unquoted_.reserve(body_bytes);  // views into it stay valid
  }
  Value& operator[](std::size_t index) { return values_[index]; }
  std::string& unquoted() { return unquoted_; }

  /// The body with the room behind it that simdjson reads into.
  simdjson::padded_string_view padded(ByteView body) {
    if (padded_.size() < body.size() + simdjson::SIMDJSON_PADDING)
      padded_.resize(body.size() + simdjson::SIMDJSON_PADDING);
    std::copy(body.begin(), body.end(), padded_.begin());
    return simdjson::padded_string_view(padded_.data(), body.size(), padded_.size());
  }
  simdjson::ondemand::parser& parser() { return parser_; }

 private:
  std::vector<Value> values_;
  std::string unquoted_;
  std::string padded_;
  simdjson::ondemand::parser parser_;
};

Result<std::shared_ptr<const IngestFormat>> IngestFormat::create(IngestRule rule) {
  if (rule.fields.empty()) return fail(Code::invalid, "a format needs at least one field");
  std::vector<std::string> names, json_names;
  for (IngestField& field : rule.fields) {
    if (field.name.empty()) return fail(Code::invalid, "a field needs a name");
    if (field.json_names.empty()) field.json_names.push_back(field.name);
    names.push_back(field.name);
    json_names.insert(json_names.end(), field.json_names.begin(), field.json_names.end());
  }
  for (auto* each : {&names, &json_names}) {
    std::sort(each->begin(), each->end());
    const auto twice = std::adjacent_find(each->begin(), each->end());
    if (twice != each->end()) return fail(Code::invalid, "two fields have the name '{}'", *twice);
  }
  std::shared_ptr<IngestFormat> format(new IngestFormat(std::move(rule)));
  const auto& fields = format->rule_.fields;
  const std::string& key = format->rule_.key;
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.name == key; });
  format->key_ = static_cast<std::size_t>(at - fields.begin());
  if (!key.empty() && at == fields.end()) {
    return fail(Code::invalid, "the key must be one of the fields {}; found '{}'", format->names(), key);
  }
  return format;
}

std::string IngestFormat::names() const {
  std::string text;
  for (const IngestField& field : rule_.fields) {
    if (!text.empty()) text += ", ";
    text += field.name;
  }
  return text;
}

bool IngestFormat::normalise(ByteView body, Message& message) const {
  thread_local Values values;
  message.csv.clear();
  message.key.clear();
  message.problem.clear();
  body = trimmed(body);
  values.begin(rule_.fields.size(), body.size());
  if (body.empty()) {
    message.problem = fmt::format("the message is empty, expected the fields {}", names());
    return false;
  }
  bool read;
  if (!body.starts_with('{')) {
    read = read_csv(body, values, message.problem);
  } else if (!body.ends_with('}')) {
    message.problem = "the message begins with '{' and does not end with '}'";
    return false;
  } else {
    // After a member's name an object has a colon; the brace form has a comma there, or the end.
    const ByteView inside = trimmed(body.substr(1, body.size() - 2));
    std::size_t at = 0;
    if (inside.starts_with('"')) {
      for (at = 1; at < inside.size() && inside[at] != '"'; ++at) at += inside[at] == '\\';
      ++at;
    }
    while (at < inside.size() && is_space(inside[at])) ++at;
    const bool is_object = inside.empty() || (inside.starts_with('"') && at < inside.size() && inside[at] == ':');
    read = is_object ? read_json(body, values, message.problem) : read_csv(inside, values, message.problem);
  }
  if (!read) return false;
  for (std::size_t i = 0; i < rule_.fields.size(); ++i) {
    if (!write(i, values[i], message)) return false;
  }
  return true;
}

bool IngestFormat::read_csv(ByteView line, Values& values, std::string& problem) const {
  std::size_t count = 0;
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_space(line[at]) && line[at] != '\n') ++at;
    ByteView text;
    if (at < line.size() && line[at] == '"') {
      std::string& unquoted = values.unquoted();
      const std::size_t begin = unquoted.size();
      for (++at;; ++at) {
        if (at >= line.size()) {
          problem = fmt::format("field {} has no closing quote", count + 1);
          return false;
        }
        if (line[at] != '"') {
          unquoted += line[at];
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
          unquoted += line[at++];
        } else {
          break;
        }
      }
      text = ByteView(unquoted).substr(begin);
      ++at;
      while (at < line.size() && is_space(line[at]) && line[at] != '\n') ++at;
      if (at < line.size() && line[at] != ',') {
        problem = fmt::format("expected a comma after field {}, found {}", count + 1, shown(line.substr(at)));
        return false;
      }
    } else {
      const std::size_t begin = at;
      while (at < line.size() && line[at] != ',' && line[at] != '\n') ++at;
      text = trimmed(line.substr(begin, at - begin));
    }
    if (count < rule_.fields.size()) values[count] = {text, true};
    ++count;
    if (at >= line.size()) break;
    if (line[at] == '\n') {
      problem = "expected one message, found several lines";
      return false;
    }
    ++at;
  }
  if (count == rule_.fields.size()) return true;
  problem = fmt::format("expected {} fields ({}), found {}", rule_.fields.size(), names(), count);
  return false;
}

std::size_t IngestFormat::field_of_json_name(std::string_view name) const {
  for (std::size_t i = 0; i < rule_.fields.size(); ++i) {
    for (const std::string& each : rule_.fields[i].json_names) {
      if (each == name) return i;
    }
  }
  return rule_.fields.size();
}

bool IngestFormat::read_json(ByteView body, Values& values, std::string& problem) const {
  const auto broken = [&](simdjson::error_code error) {
    problem = fmt::format("the message is not a JSON object: {}", simdjson::error_message(error));
    return false;
  };
  simdjson::ondemand::document document;
  if (auto error = values.parser().iterate(values.padded(body)).get(document)) return broken(error);
  simdjson::ondemand::object object;
  if (auto error = document.get_object().get(object)) return broken(error);
  for (auto result : object) {
    simdjson::ondemand::field member;
    if (auto error = std::move(result).get(member)) return broken(error);
    std::string_view name;
    if (auto error = member.unescaped_key().get(name)) return broken(error);
    const std::size_t index = field_of_json_name(name);
    if (index == rule_.fields.size()) continue;
    if (values[index].found) {
      problem = fmt::format("field {} is there twice", rule_.fields[index].name);
      return false;
    }
    simdjson::ondemand::json_type type;
    if (auto error = member.value().type().get(type)) return broken(error);
    if (type == simdjson::ondemand::json_type::array || type == simdjson::ondemand::json_type::object) {
      problem = fmt::format("field {}: expected {}, found a JSON {}", rule_.fields[index].name,
                            example_of(rule_.fields[index].type),
                            type == simdjson::ondemand::json_type::array ? "array" : "object");
      return false;
    }
    std::string_view text;
    if (type == simdjson::ondemand::json_type::string) {
      if (auto error = member.value().get_string().get(text)) return broken(error);
    } else {
      text = trimmed(member.value().raw_json_token());
      if (type == simdjson::ondemand::json_type::null) continue;
    }
    values[index] = {text, true};
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    problem = "expected one message, found more after the JSON object";
    return false;
  }
  return true;
}

bool IngestFormat::write(std::size_t index, const Value& value, Message& message) const {
  const IngestField& field = rule_.fields[index];
  if (!value.found) {
    message.problem = fmt::format("field {} is missing, expected {}", field.name, example_of(field.type));
    return false;
  }
  if (index > 0) message.csv += ',';
  const std::size_t begin = message.csv.size();
  const ByteView text = field.type == IngestType::text ? value.text : trimmed(value.text);
  bool fits = true;
  switch (field.type) {
    case IngestType::int32: fits = append_integer<int32_t>(text, message.csv); break;
    case IngestType::int64: fits = append_integer<int64_t>(text, message.csv); break;
    case IngestType::float64: fits = append_double(text, message.csv); break;
    case IngestType::boolean: fits = append_boolean(text, message.csv); break;
    case IngestType::text: append_csv_text(text, message.csv); break;
  }
  if (!fits) {
    message.problem = fmt::format("field {}: expected {}, found {}", field.name, example_of(field.type), shown(text));
    return false;
  }
  if (index == key_) {
    if (field.type == IngestType::text) {
      message.key = text;
    } else {
      message.key.assign(message.csv, begin);
    }
  }
  return true;
}

}  // namespace azud::connect
