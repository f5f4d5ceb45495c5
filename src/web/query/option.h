#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/document.h"
#include "web/json.h"

namespace azud::web {

/// What the value of an option looks like.
enum class OptionKind : uint8_t {
  text,
  text_list,  ///< or one text
  integer,    ///< 0 or more
  number,
  boolean,
  duration,  ///< "30m"; kept as milliseconds
  numbers,   ///< a list
  mappings,  ///< a list of mappings with the rule's members
};

/// An option of a query or of a panel.
struct OptionRule {
  std::string_view name;
  OptionKind kind = OptionKind::text;
  bool required = false;
  std::span<const std::string_view> allowed = {};  ///< texts; any if empty
  std::span<const OptionRule> members = {};        ///< of mappings
};

/// Reads the value of a dashboard file as JSON.
Result<Json> read_option(const OptionRule& rule, const config::Node& node);

/// The same check for JSON from a client; a text is taken for a list of one. `where` begins the message of an error.
Result<Json> check_option(const OptionRule& rule, const Json& value, std::string_view where);

/// "a, b, c".
std::string option_names(std::span<const OptionRule> rules);
const OptionRule* find_option(std::span<const OptionRule> rules, std::string_view name);

}  // namespace azud::web
