#include "value_text.h"

#include "data/decimal.h"
#include "data/number_parse.h"
#include "data/time_text.h"

namespace azud::engine {
namespace {

using data::DataType;
using data::TypeKind;
using data::Value;

Result<Value> integer_of(const std::string& text, const DataType& type) {
  int64_t value = 0;
  if (!data::parse_integer(text, value)) return fail(Code::invalid, "'{}' is no {}", text, type.to_sql());
  return Value(value);
}

std::string bytes_of_hex(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return out;
}

Result<Value> moment_of(std::string text, const DataType& type) {
  if (text.ends_with('Z')) text.pop_back();
  auto us = data::parse_timestamp(text, ' ');
  if (!us) us = data::parse_timestamp(text, 'T');
  if (!us) return fail(Code::invalid, "'{}' is no {}", text, type.to_sql());
  return Value(*us);
}

Result<Value> list_of(const nlohmann::json& json, const DataType& type) {
  Value::List list;
  const auto& fields = type.fields();
  if (!json.is_array()) return fail(Code::invalid, "{} is written as a list", type.to_sql());
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (fields.size() == 2 && type.kind() != TypeKind::row) {  // MAP, MULTISET: pairs
      TRY_ASSIGN(Value key, value_of(json[i].at(0), fields[0].type));
      TRY_ASSIGN(Value value, value_of(json[i].at(1), fields[1].type));
      list.push_back(std::move(key));
      list.push_back(std::move(value));
      continue;
    }
    const std::size_t field = type.kind() == TypeKind::row ? i : 0;
    if (field >= fields.size()) return fail(Code::invalid, "{} has no field {}", type.to_sql(), i);
    TRY_ASSIGN(Value value, value_of(json[i], fields[field].type));
    list.push_back(std::move(value));
  }
  return Value(std::move(list));
}

}  // namespace

Result<Value> value_of_text(const std::string& text, const DataType& type) {
  switch (type.kind()) {
    case TypeKind::boolean: return Value(text == "true" || text == "TRUE");
    case TypeKind::real:
    case TypeKind::double_precision: {
      double value = 0;
      if (!data::parse_double(text, value)) return fail(Code::invalid, "'{}' is no number", text);
      return Value(value);
    }
    case TypeKind::decimal: {
      const auto value = data::parse_decimal(text, type.precision(), type.scale());
      if (!value) return fail(Code::invalid, "'{}' is no {}", text, type.to_sql());
      return Value(*value);
    }
    case TypeKind::binary:
    case TypeKind::varbinary: return Value(bytes_of_hex(text));
    case TypeKind::date: {
      const auto days = data::parse_date(text);
      if (!days) return fail(Code::invalid, "'{}' is no date", text);
      return Value(int64_t{*days});
    }
    case TypeKind::time: {
      const auto us = data::parse_time(text);
      if (!us) return fail(Code::invalid, "'{}' is no time", text);
      return Value(*us / data::us_per_ms);
    }
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz: return moment_of(text, type);
    case TypeKind::character:
    case TypeKind::varchar: return Value(text);
    default: return integer_of(text, type);
  }
}

Result<Value> value_of(const nlohmann::json& json, const DataType& type) {
  if (json.is_null()) return Value();
  switch (data::storage_of(type.kind())) {
    case data::Storage::row:
    case data::Storage::list: return list_of(json, type);
    default: break;
  }
  if (json.is_string()) return value_of_text(json.get<std::string>(), type);
  return value_of_text(json.dump(), type);
}

}  // namespace azud::engine
