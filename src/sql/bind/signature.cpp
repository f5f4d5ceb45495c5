#include "sql/bind/signature.h"

#include <algorithm>

#include "sql/bind/type_rules.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

std::string_view wording(ArgumentRule rule) {
  switch (rule) {
    case ArgumentRule::any: return "any";
    case ArgumentRule::boolean: return "boolean";
    case ArgumentRule::text: return "text";
    case ArgumentRule::bytes: return "bytes";
    case ArgumentRule::text_or_bytes: return "text or bytes";
    case ArgumentRule::integer:
    case ArgumentRule::bigint: return "integer";
    case ArgumentRule::number:
    case ArgumentRule::as_double: return "number";
    case ArgumentRule::timestamp: return "timestamp";
    case ArgumentRule::array: return "array";
    case ArgumentRule::text_array: return "array of texts";
    case ArgumentRule::map: return "map";
    case ArgumentRule::collection: return "array, map or multiset";
    case ArgumentRule::element: return "element";
    case ArgumentRule::same_as_first: return "the same";
  }
  return "?";
}

}  // namespace

ArgumentRule rule_at(const Signature& signature, std::size_t index) {
  // Forms without a limit repeat the rule of their second argument.
  return signature.arguments[signature.most == any_number ? std::min<std::size_t>(index, 1) : index];
}

bool takes(ArgumentRule rule, const DataType& argument, std::span<const DataType> all) {
  const TypeKind kind = argument.kind();
  const bool collection = rule == ArgumentRule::array || rule == ArgumentRule::text_array ||
                          rule == ArgumentRule::map || rule == ArgumentRule::collection;
  if (kind == TypeKind::null) return !collection;
  const DataType& first = all.front();
  switch (rule) {
    case ArgumentRule::any: return true;
    case ArgumentRule::boolean: return kind == TypeKind::boolean;
    case ArgumentRule::text: return data::is_text(kind);
    case ArgumentRule::bytes: return data::is_bytes(kind);
    case ArgumentRule::text_or_bytes: return data::is_text(kind) || data::is_bytes(kind);
    case ArgumentRule::integer:
    case ArgumentRule::bigint: return data::is_integer(kind);
    case ArgumentRule::number:
    case ArgumentRule::as_double: return data::is_numeric(kind);
    case ArgumentRule::timestamp: return data::is_timestamp(kind);
    case ArgumentRule::array: return kind == TypeKind::array;
    case ArgumentRule::text_array: return kind == TypeKind::array && data::is_text(argument.element().kind());
    case ArgumentRule::map: return kind == TypeKind::map;
    case ArgumentRule::collection:
      return kind == TypeKind::array || kind == TypeKind::map || kind == TypeKind::multiset;
    case ArgumentRule::element: return first.kind() == TypeKind::array && can_assign(argument, first.element());
    case ArgumentRule::same_as_first: return can_assign(argument, first);
  }
  return false;
}

DataType argument_type(ArgumentRule rule, const DataType& argument, std::span<const DataType> all) {
  switch (rule) {
    case ArgumentRule::integer: return DataType::integer();
    case ArgumentRule::bigint: return DataType::bigint();
    case ArgumentRule::as_double: return DataType::double_precision();
    case ArgumentRule::element: return all.front().element();
    case ArgumentRule::same_as_first: return all.front();
    case ArgumentRule::boolean: return DataType::boolean();
    default: break;
  }
  if (argument.kind() != TypeKind::null) return argument;
  switch (rule) {
    case ArgumentRule::bytes: return DataType::bytes();
    case ArgumentRule::number: return DataType::integer();
    case ArgumentRule::timestamp: return DataType::timestamp(3);
    default: return DataType::string();
  }
}

std::string to_text(const Signature& signature) {
  std::string out = std::string(signature.name) + "(";
  const std::size_t shown = signature.most == any_number ? std::max<std::size_t>(signature.least, 1) : signature.most;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i >= signature.least) out += "[";
    if (i > 0) out += ", ";
    out += wording(rule_at(signature, i));
  }
  if (shown > signature.least) out.append(shown - signature.least, ']');
  if (signature.most == any_number) out += ", …";
  return out + ")";
}

}  // namespace azud::sql
