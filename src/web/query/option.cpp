#include "web/query/option.h"

#include <algorithm>
#include <limits>

namespace azud::web {

namespace {

std::string_view kind_words(OptionKind kind) {
  switch (kind) {
    case OptionKind::text: return "a text";
    case OptionKind::text_list: return "a list of texts";
    case OptionKind::integer: return "a whole number";
    case OptionKind::number: return "a number";
    case OptionKind::boolean: return "true or false";
    case OptionKind::duration: return "a duration such as 30m, or milliseconds";
    case OptionKind::numbers: return "a list of numbers";
    case OptionKind::mappings: return "a list of mappings";
  }
  return "another value";
}

std::string joined(std::span<const std::string_view> texts) {
  std::string out;
  for (const std::string_view text : texts) out += (out.empty() ? "" : ", ") + std::string(text);
  return out;
}

bool is_allowed(const OptionRule& rule, std::string_view text) {
  // "$zone" stands for a variable of the dashboard.
  return rule.allowed.empty() || text.starts_with('$') || std::ranges::find(rule.allowed, text) != rule.allowed.end();
}

Result<Json> read_text(const OptionRule& rule, const config::Node& node) {
  TRY_ASSIGN(std::string text, node.text());
  if (!is_allowed(rule, text))
    return node.complain(fmt::format("unknown {} \"{}\"", rule.name, text), "one of " + joined(rule.allowed));
  return Json(std::move(text));
}

Result<Json> read_list(const OptionRule& rule, const config::Node& node) {
  Json out = Json::array();
  if (rule.kind == OptionKind::text_list && !node.is_list()) {
    TRY_ASSIGN(const std::string text, node.text());
    return check_option(rule, Json(text), node.place());
  }
  TRY_ASSIGN(const std::vector<config::Node> items, node.list());
  for (const config::Node& item : items) {
    if (rule.kind == OptionKind::text_list) {
      TRY_ASSIGN(Json one, read_text(rule, item));
      out.push_back(std::move(one));
    } else if (rule.kind == OptionKind::numbers) {
      TRY_ASSIGN(const double one, item.number());
      out.push_back(one);
    } else {
      Json mapping = Json::object();
      TRY_ASSIGN(const auto entries, item.entries());
      for (const auto& [name, value] : entries) {
        const OptionRule* member = find_option(rule.members, name);
        if (!member)
          return value.complain(fmt::format("unknown name \"{}\" in {}", name, rule.name),
                                "one of " + option_names(rule.members));
        TRY_ASSIGN(mapping[name], read_option(*member, value));
      }
      for (const OptionRule& member : rule.members) {
        if (member.required && !mapping.contains(member.name))
          return item.complain(fmt::format("{} needs {}", rule.name, member.name));
      }
      out.push_back(std::move(mapping));
    }
  }
  return out;
}

}  // namespace

Result<Json> read_option(const OptionRule& rule, const config::Node& node) {
  switch (rule.kind) {
    case OptionKind::text: return read_text(rule, node);
    case OptionKind::integer: {
      TRY_ASSIGN(const int64_t value, node.integer(0, std::numeric_limits<int64_t>::max()));
      return Json(value);
    }
    case OptionKind::number: {
      TRY_ASSIGN(const double value, node.number());
      return Json(value);
    }
    case OptionKind::boolean: {
      TRY_ASSIGN(const bool value, node.boolean());
      return Json(value);
    }
    case OptionKind::duration: {
      TRY_ASSIGN(const int64_t value, node.duration_ms());
      return Json(value);
    }
    case OptionKind::text_list:
    case OptionKind::numbers:
    case OptionKind::mappings: return read_list(rule, node);
  }
  return fail(Code::internal, "option {} has no kind", rule.name);
}

Result<Json> check_option(const OptionRule& rule, const Json& value, std::string_view where) {
  const auto wrong = [&] { return fail(Code::invalid, "{}: {} must be {}", where, rule.name, kind_words(rule.kind)); };
  const auto check_text = [&](const Json& text) -> Status {
    if (!text.is_string()) return wrong();
    if (!is_allowed(rule, text.get_ref<const std::string&>())) {
      return fail(Code::invalid, "{}: {} must be one of {}, not \"{}\"", where, rule.name, joined(rule.allowed),
                  text.get_ref<const std::string&>());
    }
    return {};
  };
  switch (rule.kind) {
    case OptionKind::text: TRY(check_text(value)); return value;
    case OptionKind::text_list: {
      if (value.is_string()) {
        Json list = Json::array();
        for (std::string_view rest = value.get_ref<const std::string&>(); !rest.empty();) {
          const std::string_view one = rest.substr(0, rest.find(','));
          TRY(check_text(Json(one)));
          list.push_back(one);
          rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        }
        return list;
      }
      if (!value.is_array()) return wrong();
      for (const Json& one : value) TRY(check_text(one));
      return value;
    }
    case OptionKind::integer:
    case OptionKind::duration:
      if (!value.is_number_integer() || value.get<int64_t>() < 0) return wrong();
      return value;
    case OptionKind::number:
      if (!value.is_number()) return wrong();
      return value;
    case OptionKind::boolean:
      if (!value.is_boolean()) return wrong();
      return value;
    case OptionKind::numbers:
    case OptionKind::mappings: break;
  }
  return wrong();
}

std::string option_names(std::span<const OptionRule> rules) {
  std::string out;
  for (const OptionRule& rule : rules) out += (out.empty() ? "" : ", ") + std::string(rule.name);
  return out;
}

const OptionRule* find_option(std::span<const OptionRule> rules, std::string_view name) {
  const auto found = std::ranges::find(rules, name, &OptionRule::name);
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace azud::web
