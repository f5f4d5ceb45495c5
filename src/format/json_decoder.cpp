#include "format/json_decoder.h"

#include <cmath>
#include <cstring>
#include <unordered_map>

#include <simdjson.h>

#include "data/number_parse.h"
#include "format/json_text.h"
#include "format/json_tree_text.h"
#include "format/json_type.h"

namespace azud::format {
namespace {

namespace ondemand = simdjson::ondemand;
using data::ColumnBuilder;
using data::TypeKind;

constexpr std::size_t first_capacity = std::size_t{1} << 16;

/// The columns of an object's fields: the decoder's builders, or the children of a ROW's. Null: not wanted.
struct Targets {
  std::span<ColumnBuilder> builders;
  const std::vector<int32_t>* places = nullptr;
  ColumnBuilder* row = nullptr;

  ColumnBuilder* at(std::size_t field) const {
    if (row != nullptr) return &row->child(field);
    const int32_t place = (*places)[field];
    return place < 0 ? nullptr : &builders[static_cast<std::size_t>(place)];
  }
};

class JsonDecoder final : public Decoder {
 public:
  JsonDecoder(const JsonOptions& options, const data::DataType& root, std::vector<int32_t> places)
      : options_(options), root_(root, options), places_(std::move(places)), buffer_(first_capacity, '\0') {}

  Result<Decoded> decode(ByteView message, std::span<ColumnBuilder> out) override;
  const std::string& complaint() const override { return complaint_; }

 private:
  // These return false with reason_ set; broken_ tells that the message is no JSON, so that nothing more can be read.
  bool read_message(ByteView message, std::span<ColumnBuilder> out, std::size_t before, uint32_t& rows);
  bool read_document(ByteView message, std::span<ColumnBuilder> out, uint32_t& rows);
  bool read_object(ondemand::object object, JsonType& type, const Targets& targets);
  bool read_field(ondemand::field field, JsonType& type, const Targets& targets);
  bool fill_missing(JsonType& type, const Targets& targets);
  /// A value, NULL in place of one that cannot be read if the options say so.
  bool read_value(ondemand::value value, JsonType& type, ColumnBuilder& out);
  bool read_not_null(ondemand::value value, ondemand::json_type json, JsonType& type, ColumnBuilder& out);
  bool read_array(ondemand::array array, JsonType& type, ColumnBuilder& out);
  bool read_map(ondemand::object object, JsonType& type, ColumnBuilder& out);
  bool read_entries(ondemand::object& object, JsonType& type, ColumnBuilder& out, const std::vector<bool>& skipped);
  bool read_string(std::string_view token, const JsonType& type, ColumnBuilder& out);
  bool read_number(std::string_view token, const JsonType& type, ColumnBuilder& out);
  bool read_tree(ondemand::value value, ondemand::json_type json, ColumnBuilder& out);

  bool mismatch(const JsonType& type, std::string_view found);
  bool broken(std::string_view why);
  bool broken(simdjson::error_code error) {
    error_ = error;
    return broken(simdjson::error_message(error));
  }
  void complain(std::string reason);
  std::string place() const;

  JsonOptions options_;
  JsonType root_;
  std::vector<int32_t> places_;
  ondemand::parser parser_;
  std::string buffer_;
  std::string scratch_;
  std::vector<std::string_view> path_;
  std::string reason_;
  std::string complaint_;
  simdjson::error_code error_ = simdjson::SUCCESS;  ///< why the message is broken, if simdjson said so
  bool broken_ = false;
  bool complained_ = false;
};

Result<Decoded> JsonDecoder::decode(ByteView message, std::span<ColumnBuilder> out) {
  const std::size_t before = out.empty() ? 0 : out.front().size();
  uint32_t rows = 0;
  complained_ = false;
  if (read_message(message, out, before, rows)) return Decoded{.rows = rows, .complained = complained_};
  for (ColumnBuilder& builder : out) builder.truncate(before);
  return fail(Code::invalid, "{}", reason_);
}

bool JsonDecoder::read_message(ByteView message, std::span<ColumnBuilder> out, std::size_t before, uint32_t& rows) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (message.starts_with(byte_order_mark)) message.remove_prefix(byte_order_mark.size());
  if (read_document(message, out, rows)) return true;
  // Two things that Flink forgives: control characters inside strings, and anything behind the first object.
  const auto again = [&](ByteView mended) {
    for (ColumnBuilder& builder : out) builder.truncate(before);
    rows = 0;
    complained_ = false;
    return read_document(mended, out, rows);
  };
  if (error_ == simdjson::UNESCAPED_CHARS) return again(with_escaped_controls(first_json_value(message)));
  if (error_ != simdjson::SUCCESS) {
    const ByteView first = first_json_value(message);
    if (first.size() < message.size()) return again(first);
  }
  return false;
}

bool JsonDecoder::read_document(ByteView message, std::span<ColumnBuilder> out, uint32_t& rows) {
  error_ = simdjson::SUCCESS;
  broken_ = false;
  path_.clear();
  if (buffer_.size() < message.size() + simdjson::SIMDJSON_PADDING)
    buffer_.resize(message.size() * 2 + simdjson::SIMDJSON_PADDING);
  message.copy(buffer_.data(), message.size());
  std::memset(buffer_.data() + message.size(), 0, simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  if (const auto error = parser_.iterate(buffer_.data(), message.size(), buffer_.size()).get(document); error)
    return broken(error);
  ondemand::json_type json;
  if (const auto error = document.type().get(json); error) return broken(error);
  const Targets targets{.builders = out, .places = &places_};
  if (json == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto error = document.get_object().get(object); error) return broken(error);
    rows = 1;
    return read_object(object, root_, targets);
  }
  if (json != ondemand::json_type::array) return broken("expected a JSON object");
  ondemand::array array;
  if (const auto error = document.get_array().get(array); error) return broken(error);
  for (auto result : array) {
    ondemand::value element;
    if (const auto error = std::move(result).get(element); error) return broken(error);
    ondemand::object object;
    const auto error = element.get_object().get(object);
    if (error == simdjson::SUCCESS) {
      ++rows;
      if (!read_object(object, root_, targets)) return false;
    } else if (error != simdjson::INCORRECT_TYPE ||
               !(options_.ignore_parse_errors || data::trim(element.raw_json_token()) == "null")) {
      return broken("expected an array of JSON objects");
    } else {
      complain("an element of the array is no JSON object");
    }
  }
  return true;
}

bool JsonDecoder::read_object(ondemand::object object, JsonType& type, const Targets& targets) {
  type.fields->begin();
  for (auto result : object) {
    ondemand::field field;
    if (const auto error = std::move(result).get(field); error) return broken(error);
    if (!read_field(field, type, targets)) return false;
  }
  return fill_missing(type, targets);
}

bool JsonDecoder::read_field(ondemand::field field, JsonType& type, const Targets& targets) {
  const char* const raw = field.key().raw();
  const auto* const end = static_cast<const char*>(std::memchr(raw, '"', buffer_.data() + buffer_.size() - raw));
  if (end == nullptr) return broken("a name has no end");
  std::string_view name(raw, static_cast<std::size_t>(end - raw));
  if (std::memchr(name.data(), '\\', name.size()) != nullptr) [[unlikely]] {
    if (const auto error = field.unescaped_key().get(name); error) return broken(error);
  }
  const int32_t place = type.fields->find(name);
  if (place < 0) return true;
  const auto at = static_cast<std::size_t>(place);
  ColumnBuilder* const out = targets.at(at);
  const bool first = type.fields->note(at);
  if (out == nullptr) return true;
  if (!first) out->truncate(out->size() - 1);  // of a name that comes twice the last value counts
  path_.push_back(type.fields->name(at));
  if (!read_value(field.value(), type.children[at], *out)) return false;
  path_.pop_back();
  return true;
}

bool JsonDecoder::fill_missing(JsonType& type, const Targets& targets) {
  for (std::size_t i = 0; i < type.fields->size(); ++i) {
    if (type.fields->seen(i)) continue;
    if (options_.fail_on_missing_field) {
      path_.push_back(type.fields->name(i));
      reason_ = place() + ": the field is missing";
      path_.pop_back();
      return false;
    }
    if (ColumnBuilder* out = targets.at(i)) out->append_null();
  }
  return true;
}

bool JsonDecoder::read_value(ondemand::value value, JsonType& type, ColumnBuilder& out) {
  ondemand::json_type json;
  if (const auto error = value.type().get(json); error) return broken(error);
  const std::size_t before = out.size();
  const std::size_t depth = path_.size();
  if (json == ondemand::json_type::null) {
    const std::string_view token = data::trim(value.raw_json_token());
    if (token != "null") return broken("it holds a word that JSON does not know");
    out.append_null();
    return true;
  }
  if (read_not_null(value, json, type, out)) return true;
  if (broken_ || !options_.ignore_parse_errors) return false;
  out.truncate(before);
  out.append_null();
  path_.resize(depth);
  complain(reason_);
  return true;
}

bool JsonDecoder::read_not_null(ondemand::value value, ondemand::json_type json, JsonType& type, ColumnBuilder& out) {
  const bool is_object = json == ondemand::json_type::object;
  const bool is_array = json == ondemand::json_type::array;
  switch (type.kind) {
    case TypeKind::row: {
      if (!is_object) return mismatch(type, is_array ? "an array" : "a plain value");
      ondemand::object object;
      if (const auto error = value.get_object().get(object); error) return broken(error);
      if (!read_object(object, type, Targets{.row = &out})) return false;
      out.finish_row();
      return true;
    }
    case TypeKind::array: {
      if (!is_array) return mismatch(type, is_object ? "an object" : "a plain value");
      ondemand::array array;
      if (const auto error = value.get_array().get(array); error) return broken(error);
      return read_array(array, type, out);
    }
    case TypeKind::map:
    case TypeKind::multiset: {
      if (!is_object) return mismatch(type, is_array ? "an array" : "a plain value");
      ondemand::object object;
      if (const auto error = value.get_object().get(object); error) return broken(error);
      return read_map(object, type, out);
    }
    default: break;
  }
  if (is_object || is_array) {
    if (data::is_text(type.kind)) return read_tree(value, json, out);
    return mismatch(type, is_object ? "an object" : "an array");
  }
  const std::string_view token = data::trim(value.raw_json_token());
  if (json == ondemand::json_type::string) return read_string(token, type, out);
  if (json == ondemand::json_type::number) return read_number(token, type, out);
  if (token != "true" && token != "false") return broken("it holds a word that JSON does not know");
  if (type.kind == TypeKind::boolean || data::is_text(type.kind)) return type.cell.append(token, out);
  return mismatch(type, token);
}

bool JsonDecoder::read_array(ondemand::array array, JsonType& type, ColumnBuilder& out) {
  for (auto result : array) {
    ondemand::value element;
    if (const auto error = std::move(result).get(element); error) return broken(error);
    if (!read_value(element, type.children.front(), out.child(0))) return false;
  }
  out.finish_row();
  return true;
}

bool JsonDecoder::read_map(ondemand::object object, JsonType& type, ColumnBuilder& out) {
  const std::size_t before = out.size();
  std::unordered_map<std::string, std::size_t> last;  // of each key
  std::size_t entries = 0;
  for (auto result : object) {
    ondemand::field field;
    if (const auto error = std::move(result).get(field); error) return broken(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key); error) return broken(error);
    last[std::string(key)] = entries++;
  }
  std::vector<bool> skipped(entries, last.size() != entries);
  if (last.size() != entries)
    for (const auto& [key, place] : last) skipped[place] = false;
  if (const auto error = object.reset().error(); error) return broken(error);
  if (read_entries(object, type, out, skipped)) return true;
  out.truncate(before);
  return false;
}

bool JsonDecoder::read_entries(ondemand::object& object, JsonType& type, ColumnBuilder& out,
                               const std::vector<bool>& skipped) {
  std::size_t at = 0;
  for (auto result : object) {
    ondemand::field field;
    if (const auto error = std::move(result).get(field); error) return broken(error);
    if (skipped[at++]) continue;
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key); error) return broken(error);
    out.child(0).append_text(key);
    if (!read_value(field.value(), type.children.front(), out.child(1))) return false;
  }
  out.finish_row();
  return true;
}

bool JsonDecoder::read_string(std::string_view token, const JsonType& type, ColumnBuilder& out) {
  if (token.size() < 2 || token.back() != '"') return broken("a string has no end");
  std::string_view text = token.substr(1, token.size() - 2);
  if (std::memchr(text.data(), '\\', text.size()) != nullptr) {
    scratch_.clear();
    if (!unescape_json(text, scratch_)) return broken("a string holds an unknown escape");
    text = scratch_;
  }
  return type.cell.append(text, out) || mismatch(type, shown(text));
}

template <class T>
bool append_whole(std::string_view token, ColumnBuilder& out) {
  T whole{};
  if (!data::parse_integer(token, whole)) {
    if (token.find_first_of(".eE") == std::string_view::npos) return false;
    double value = 0;
    constexpr double limit = sizeof(T) == 4 ? 2147483647.0 : 9223372036854775807.0;
    if (!data::parse_double(token, value) || !(value >= -limit - 1) || !(value <= limit)) return false;
    // The limit of BIGINT is no double: the nearest one is 2^63, which BIGINT does not hold.
    whole = value >= 9223372036854775807.0 ? std::numeric_limits<T>::max() : static_cast<T>(value);
  }
  out.append(whole);
  return true;
}

bool JsonDecoder::read_number(std::string_view token, const JsonType& type, ColumnBuilder& out) {
  if (!is_json_number(token)) return broken("it holds a number that JSON does not know");
  bool ok = false;
  switch (type.kind) {
    case TypeKind::integer:
    case TypeKind::interval_months: ok = append_whole<int32_t>(token, out); break;
    case TypeKind::bigint:
    case TypeKind::interval_ms: ok = append_whole<int64_t>(token, out); break;
    case TypeKind::binary:
    case TypeKind::varbinary: break;
    default: ok = type.cell.append(token, out); break;
  }
  return ok || mismatch(type, token);
}

bool JsonDecoder::read_tree(ondemand::value value, ondemand::json_type json, ColumnBuilder& out) {
  std::string_view raw;
  simdjson::error_code error = simdjson::SUCCESS;
  if (json == ondemand::json_type::object) {
    ondemand::object object;
    error = value.get_object().get(object);
    if (error == simdjson::SUCCESS) error = object.raw_json().get(raw);
  } else {
    ondemand::array array;
    error = value.get_array().get(array);
    if (error == simdjson::SUCCESS) error = array.raw_json().get(raw);
  }
  if (error != simdjson::SUCCESS) return broken(error);
  std::string text, why;
  if (!append_json_tree(raw, text, why)) return broken(why);
  out.append_text(text);
  return true;
}

bool JsonDecoder::mismatch(const JsonType& type, std::string_view found) {
  reason_ = fmt::format("{}: expected {}, found {}", place(), type.sql, found);
  return false;
}

bool JsonDecoder::broken(std::string_view why) {
  broken_ = true;
  reason_ = path_.empty() ? fmt::format("not readable as JSON: {}", why)
                          : fmt::format("not readable as JSON at {}: {}", place(), why);
  return false;
}

void JsonDecoder::complain(std::string reason) {
  if (!complained_) complaint_ = std::move(reason);
  complained_ = true;
}

std::string JsonDecoder::place() const {
  std::string out = "field ";
  for (std::size_t i = 0; i < path_.size(); ++i) out.append(i == 0 ? "" : ".").append(path_[i]);
  return out;
}

}  // namespace

Result<DecoderPtr> make_json_decoder(const Options& options, DecoderSpec spec) {
  TRY_ASSIGN(const JsonOptions json, JsonOptions::parse(options));
  for (const data::FieldType& field : spec.fields) TRY(check_json_type(field.type));
  if (!json.fail_on_missing_field) {
    std::vector<data::FieldType> wanted;
    for (const int32_t place : spec.wanted) wanted.push_back(spec.fields[static_cast<std::size_t>(place)]);
    spec.fields = std::move(wanted);
    for (std::size_t i = 0; i < spec.wanted.size(); ++i) spec.wanted[i] = static_cast<int32_t>(i);
  }
  std::vector<int32_t> places(spec.fields.size(), -1);
  for (std::size_t i = 0; i < spec.wanted.size(); ++i)
    places[static_cast<std::size_t>(spec.wanted[i])] = static_cast<int32_t>(i);
  return std::make_unique<JsonDecoder>(json, data::DataType::row(std::move(spec.fields)), std::move(places));
}

}  // namespace azud::format
