#include <algorithm>
#include <numeric>
#include <optional>
#include <ranges>

#include <simdjson.h>

#include "data/text.h"
#include "stream/eval/conversion.h"
#include "stream/eval/encoding_family.h"
#include "stream/eval/function_table.h"
#include "stream/eval/json_path.h"
#include "stream/eval/node.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Expression;
using sql::Function;
using Text = std::string_view;
using Element = simdjson::dom::element;

/// JSON documents of one call, parsed one at a time.
class Documents {
 public:
  /// Nothing if the text is no JSON.
  std::optional<Element> parse(Text text) {
    Element root;
    if (text.empty() || parser_.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
    return root;
  }

 private:
  simdjson::dom::parser parser_;
};

/// What follows `name` among the call's options ("ON EMPTY NULL", "WRAPPER WITHOUT"), else `otherwise`.
std::string option(const Expression& expression, Text name, Text otherwise) {
  for (const std::string& given : expression.options)
    if (given.starts_with(name)) return given.substr(name.size() + 1);
  return std::string(otherwise);
}

Result<JsonPath> literal_path(const Expression& expression) {
  const Expression& path = *expression.arguments[1];
  if (!path.is_literal() || path.literal.is_null())
    return fail(Code::unsupported, "{} needs its path as a literal", sql::to_string(expression.function));
  return JsonPath::parse(path.literal.as_text());
}

/// A scalar as JSON_VALUE's text; false for objects, arrays and null.
bool scalar_text(Element element, std::string& out) {
  switch (element.type()) {
    case simdjson::dom::element_type::STRING: out = Text(element.get_string().value_unsafe()); return true;
    case simdjson::dom::element_type::BOOL: out = element.get_bool().value_unsafe() ? "true" : "false"; return true;
    case simdjson::dom::element_type::INT64: out = std::to_string(element.get_int64().value_unsafe()); return true;
    case simdjson::dom::element_type::UINT64: out = std::to_string(element.get_uint64().value_unsafe()); return true;
    case simdjson::dom::element_type::DOUBLE: {
      const auto column =
          data::Column::constant(data::DataType::double_precision(), element.get_double().value_unsafe(), 1);
      out = data::to_text(*column, 0);
      return true;
    }
    default: return false;
  }
}

/// JSON_VALUE(json, path [, default on empty] [, default on error]).
class JsonValue {
 public:
  static Result<Kernel> make(const Expression& expression, const EvalSettings& settings) {
    TRY_ASSIGN(JsonPath path, literal_path(expression));
    TRY_ASSIGN(Conversion convert, conversion(data::DataType::string(), expression.type, settings.zone));
    auto self = std::make_shared<JsonValue>(std::move(path), std::move(convert));
    std::size_t next_default = 2;
    for (auto& [name, answer] : {std::pair(Text("ON EMPTY"), &self->on_empty_), {Text("ON ERROR"), &self->on_error_}}) {
      const std::string kind = option(expression, name, "NULL");
      answer->fails = kind == "ERROR";
      if (kind == "DEFAULT") answer->argument = next_default++;
    }
    return Kernel([self](Call& call) { return self->run(call); });
  }

  JsonValue(JsonPath path, Conversion convert) : path_(std::move(path)), convert_(std::move(convert)) {}

 private:
  struct Answer {
    bool fails = false;
    std::size_t argument = 0;  ///< the default; 0: NULL
  };
  enum class Found : uint8_t { value, null, nothing, error };

  Result<ColumnPtr> run(Call& call) const {
    std::vector<Found> found(call.rows, Found::null);
    ColumnPtr values = convert(call, found);
    std::vector<std::vector<uint32_t>> from(call.args.size());
    for (std::size_t i = 0; i < call.rows; ++i) {
      if (found[i] == Found::value || found[i] == Found::null) continue;
      const Answer& answer = found[i] == Found::nothing ? on_empty_ : on_error_;
      if (answer.fails) return call.fail_at(i, "JSON_VALUE found no such value at {}", path_.text());
      if (answer.argument != 0) from[answer.argument].push_back(static_cast<uint32_t>(i));
    }
    if (std::ranges::all_of(from, &std::vector<uint32_t>::empty)) return values;
    Blender blender(call.type(), call.rows);
    std::vector<uint32_t> all(call.rows);
    std::iota(all.begin(), all.end(), 0);
    blender.add({std::move(values)}, all, true);
    for (std::size_t k = 2; k < from.size(); ++k) blender.add(call.args[k], from[k], true);
    return blender.finish();
  }

  /// The values there are, and what was found for each row.
  ColumnPtr convert(const Call& call, std::vector<Found>& found) const {
    Documents documents;
    TextOut out(call, {});
    const View<Text> text = call.view<Text>(0);
    std::string value;
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (!text.is_null(i)) found[i] = look(documents, text[i], value);
      if (found[i] != Found::value)
        out.set_null(i);
      else if (!out.copy(i, value))
        break;
    }
    Misses misses{call.frame.made()};
    ColumnPtr converted = convert_(out.finish(), misses);
    for (std::size_t i = 0; i < found.size() && misses.first; ++i)
      if (found[i] == Found::value && converted->is_null(i)) found[i] = Found::error;
    return converted;
  }

  Found look(Documents& documents, Text text, std::string& value) const {
    const auto root = documents.parse(text);
    if (!root) return path_.is_strict() ? Found::error : Found::nothing;
    const auto at = path_.find(*root);
    if (!at) return path_.is_strict() ? Found::error : Found::nothing;
    if (at->is_null()) return Found::null;
    return scalar_text(*at, value) ? Found::value : Found::error;
  }

  JsonPath path_;
  Conversion convert_;
  Answer on_empty_, on_error_;
};

/// JSON_EXISTS(json, path): a null there is FALSE; what is strictly missing, or no JSON, is as ON ERROR says.
Result<Kernel> make_json_exists(const Expression& expression, const EvalSettings&) {
  TRY_ASSIGN(JsonPath path, literal_path(expression));
  const std::string on_error = option(expression, "ON ERROR", "FALSE");
  return Kernel([path = std::move(path), on_error](Call& call) -> Result<ColumnPtr> {
    Documents documents;
    Out<int8_t> out(call);
    const View<Text> text = call.view<Text>(0);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      if (out.skip(i)) continue;
      const auto root = documents.parse(text[i]);
      const auto found = root ? path.find(*root) : std::nullopt;
      const bool wrong = !found && path.is_strict();
      if (wrong && on_error == "ERROR") return call.fail_at(i, "JSON_EXISTS found no {}", path.text());
      if (wrong && on_error == "UNKNOWN")
        out.set_null(i);
      else
        out[i] = (wrong ? on_error == "TRUE" : found && !found->is_null()) ? 1 : 0;
    }
    return out.finish();
  });
}

/// JSON_QUERY(json, path): the object or array there as JSON text, or its elements as texts.
class JsonQuery {
 public:
  static Result<Kernel> make(const Expression& expression, const EvalSettings&) {
    TRY_ASSIGN(JsonPath path, literal_path(expression));
    auto self = std::make_shared<JsonQuery>(std::move(path), expression);
    return Kernel([self](Call& call) { return self->run(call); });
  }

  JsonQuery(JsonPath path, const Expression& expression)
      : path_(std::move(path)),
        wrapper_(option(expression, "WRAPPER", "WITHOUT")),
        on_empty_(option(expression, "ON EMPTY", "NULL")),
        on_error_(option(expression, "ON ERROR", "NULL")) {}

 private:
  Result<ColumnPtr> run(Call& call) const {
    data::ColumnBuilder builder(call.type(), call.rows);
    Documents documents;
    const View<Text> text = call.view<Text>(0);
    for (std::size_t i = 0; i < call.rows; ++i) {
      if (text.is_null(i)) {
        builder.append_null();
        continue;
      }
      const auto root = documents.parse(text[i]);
      const auto found = root ? path_.find(*root) : std::nullopt;
      const bool composite = found && (found->is_object() || found->is_array());
      const bool empty = found ? found->is_null() : !path_.is_strict();
      if (composite || (found && !empty && wrapper_ != "WITHOUT")) {
        append(builder, *found, wrapper_ == "UNCONDITIONAL" || !composite);
        continue;
      }
      const std::string& answer = empty ? on_empty_ : on_error_;
      if (answer == "ERROR") return call.fail_at(i, "JSON_QUERY found no object or array at {}", path_.text());
      append_instead(builder, answer);
    }
    return builder.finish();
  }

  /// `wrap`: as the only element of an array.
  static void append(data::ColumnBuilder& builder, Element found, bool wrap) {
    if (builder.type().kind() != data::TypeKind::array) {
      const std::string shown = simdjson::minify(found);
      return builder.append_text(wrap ? "[" + shown + "]" : shown);
    }
    if (!wrap && found.is_object()) return builder.append_null();
    if (wrap) {
      append_element(builder.child(0), found);
    } else {
      const simdjson::dom::array elements = found.get_array().value_unsafe();
      for (const Element element : elements) append_element(builder.child(0), element);
    }
    builder.finish_row();
  }

  static void append_element(data::ColumnBuilder& builder, Element element) {
    std::string shown;
    if (element.is_null()) return builder.append_null();
    if (!scalar_text(element, shown)) shown = simdjson::minify(element);
    builder.append_text(shown);
  }

  static void append_instead(data::ColumnBuilder& builder, Text answer) {
    const bool array = builder.type().kind() == data::TypeKind::array;
    if (answer == "NULL" || (array && answer == "EMPTY OBJECT")) return builder.append_null();
    if (array) return builder.finish_row();
    builder.append_text(answer == "EMPTY ARRAY" ? "[]" : "{}");
  }

  JsonPath path_;
  std::string wrapper_, on_empty_, on_error_;
};

/// IS JSON [VALUE | SCALAR | ARRAY | OBJECT], FALSE for NULL. The option says which.
Result<Kernel> make_is_json(const Expression& expression, const EvalSettings&) {
  const std::string kind = expression.options.empty() ? "VALUE" : expression.options.front();
  return Kernel([kind](Call& call) -> Result<ColumnPtr> {
    Documents documents;
    Out<int8_t> out(call, {});
    const View<Text> text = call.view<Text>(0);
    for (std::size_t i = 0; i < out.rows(); ++i) {
      const auto root = text.is_null(i) ? std::nullopt : documents.parse(text[i]);
      bool is = root.has_value();
      if (is && kind == "OBJECT") is = root->is_object();
      if (is && kind == "ARRAY") is = root->is_array();
      if (is && kind == "SCALAR") is = !root->is_object() && !root->is_array();
      out[i] = is ? 1 : 0;
    }
    return out.finish();
  });
}

/// JSON_UNQUOTE(text): a text that is no JSON string stays as it is.
Result<ColumnPtr> json_unquote(Call& call) {
  Documents documents;
  TextOut out(call);
  out.share(call.args[0]);
  const View<Text> text = call.view<Text>(0);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    const auto root = text[i].starts_with('"') ? documents.parse(text[i]) : std::nullopt;
    if (root && root->is_string())
      out.copy(i, root->get_string().value_unsafe());
    else
      out.view(i, text[i]);
  }
  return out.finish();
}

}  // namespace

void add_json_functions(FunctionTable& table) {
  add_json_making_functions(table);
  table.add(Function::json_value, JsonValue::make, {.strict = false, .fallible = true, .costly = true});
  table.add(Function::json_exists, make_json_exists, {.fallible = true, .costly = true});
  table.add(Function::json_query, JsonQuery::make, {.fallible = true, .costly = true});
  table.add(Function::is_json, make_is_json, {.strict = false, .costly = true});
  table.add(Function::json_unquote, json_unquote, {.costly = true});
}

}  // namespace azud::stream
