#include <algorithm>

#include "sql/bind/aggregate_call.h"
#include "sql/bind/casting.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/signature.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

std::string list_types(const std::vector<ExpressionPtr>& arguments) {
  std::string out;
  for (const ExpressionPtr& argument : arguments)
    out += (out.empty() ? "" : ", ") + argument->type.with_nullable(true).to_sql();
  return out;
}

bool matches(const Signature& signature, const std::vector<DataType>& types) {
  if (types.size() < signature.least || types.size() > signature.most) return false;
  for (std::size_t i = 0; i < types.size(); ++i)
    if (!takes(rule_at(signature, i), types[i], types)) return false;
  return true;
}

/// RE2 has no look-around and no back-references: better said when the statement is planned than row by row.
Status check_pattern(const Signature& signature, const std::vector<ExpressionPtr>& arguments, Place place,
                     const BindErrors& errors) {
  if (!signature.name.starts_with("REGEXP") || arguments.size() < 2) return {};
  if (!arguments[1]->is_literal() || arguments[1]->literal.is_null()) return {};
  const std::string& pattern = arguments[1]->literal.as_text();
  for (const std::string_view group : {"(?=", "(?!", "(?<=", "(?<!", "(?>"})
    if (pattern.contains(group))
      return errors.unsupported(place, fmt::format("{} in a regular expression is not supported", group),
                                "match the text around it as well and take a group out: REGEXP_EXTRACT(x, 'a(b)', 1)");
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    ++i;
    if (pattern[i] >= '1' && pattern[i] <= '9')
      return errors.unsupported(place, "back-references in a regular expression are not supported");
  }
  return {};
}

Result<ExpressionPtr> make_call(const Signature& signature, std::vector<ExpressionPtr> arguments, Place place,
                                const BindErrors& errors) {
  TRY(check_pattern(signature, arguments, place, errors));
  const std::vector<DataType> given = types_of(arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i)
    arguments[i] = cast_to(arguments[i], argument_type(rule_at(signature, i), given[i], given));
  const std::vector<DataType> types = types_of(arguments);
  const bool nullable =
      signature.nulls == NullRule::may_be || (signature.nulls == NullRule::if_any && any_nullable(arguments));
  return Expression::call(signature.function, std::move(arguments), signature.result(types).with_nullable(nullable));
}

Result<ExpressionPtr> bind_by_signature(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const ast::Name& name = node.name.back();
  const std::span<const Signature> signatures = find_signatures(name.text);
  if (signatures.empty() && same_word(name.text, "SOURCE_WATERMARK"))
    return binder.errors().unsupported(
        place, "SOURCE_WATERMARK() is not supported: no connector makes watermarks itself",
        "write WATERMARK FOR ts AS ts - INTERVAL '1' SECOND, or what the rows' delay is");
  if (signatures.empty())
    return binder.errors().not_found(name.place, fmt::format("there is no function {}", name.text),
                                     suggestion(to_upper(name.text), function_names()));
  TRY_ASSIGN(std::vector<ExpressionPtr> arguments, binder.bind_all(node.args));
  const std::vector<DataType> types = types_of(arguments);
  std::string forms;
  for (const Signature& signature : signatures) {
    if (matches(signature, types)) return make_call(signature, std::move(arguments), place, binder.errors());
    forms += (forms.empty() ? "" : " or ") + to_text(signature);
  }
  return binder.errors().invalid(
      place, fmt::format("{} does not take ({})", to_upper(name.text), list_types(arguments)), "it is " + forms);
}

/// A function of CREATE FUNCTION; the only class there is counts a character in a text.
Result<ExpressionPtr> bind_own_function(ExpressionBinder& binder, Function function, const ast::Call& node,
                                        Place place) {
  TRY_ASSIGN(std::vector<ExpressionPtr> arguments, binder.bind_all(node.args));
  const bool texts =
      std::ranges::all_of(arguments, [](const ExpressionPtr& e) { return data::is_text(e->type.kind()); });
  if (arguments.size() != 2 || !texts)
    return binder.errors().invalid(place, fmt::format("{} takes a text and a character", node.name.back().text));
  return Expression::call(function, std::move(arguments), DataType::bigint());
}

Status refuse_decorations(const ExpressionBinder& binder, const ast::Call& node, Place place) {
  const std::string name = to_upper(node.name.back().text);
  if (node.distinct) return binder.errors().invalid(place, fmt::format("{} is no aggregate: no DISTINCT", name));
  if (node.filter) return binder.errors().invalid(place, fmt::format("{} is no aggregate: no FILTER", name));
  if (!node.arg_names.empty())
    return binder.errors().unsupported(place, fmt::format("{} takes its arguments by place, not by name", name));
  if (node.name.size() > 1)
    return binder.errors().not_found(place, fmt::format("there is no function {}", name),
                                     "functions have a simple name");
  return {};
}

}  // namespace

Result<ExpressionPtr> bind_node(ExpressionBinder& binder, const ast::Call& node, Place place) {
  const bool over = node.over || node.over_name;
  const std::string name = to_upper(node.name.back().text);
  if (over || is_aggregate(name)) {
    if (is_window_only(name) && !over)
      return binder.errors().invalid(place, fmt::format("{} needs OVER (… ORDER BY time)", name));
    if (binder.calls() == nullptr)
      return binder.errors().invalid(place,
                                     fmt::format("{} is not allowed in {}", over ? "OVER" : name, binder.clause()),
                                     over ? "compute it in an inner query" : "filter groups with HAVING");
    return over ? binder.calls()->over(node, place) : binder.calls()->aggregate(node, place);
  }
  TRY(refuse_decorations(binder, node, place));
  TRY_ASSIGN(ExpressionPtr special, bind_special_call(binder, node, place));
  if (special) return special;
  if (const auto own = binder.context().functions.find(node.name.back().text); own != binder.context().functions.end())
    return bind_own_function(binder, own->second, node, place);
  return bind_by_signature(binder, node, place);
}

}  // namespace azud::sql
