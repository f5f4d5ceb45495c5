#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "data/type.h"
#include "sql/plan/function.h"

namespace azud::sql {

/// What an argument may be, and what it becomes.
enum class ArgumentRule : uint8_t {
  any,
  boolean,
  text,   ///< CHAR or VARCHAR
  bytes,  ///< BINARY or VARBINARY
  text_or_bytes,
  integer,    ///< any integer, cast to INT
  bigint,     ///< any integer, cast to BIGINT
  number,     ///< any number, as it is
  as_double,  ///< any number, cast to DOUBLE
  timestamp,  ///< TIMESTAMP or TIMESTAMP_LTZ
  array,
  text_array,  ///< ARRAY of CHAR or VARCHAR
  map,
  collection,     ///< ARRAY, MAP or MULTISET
  element,        ///< of the first argument's array, cast to its element type
  same_as_first,  ///< cast to the first argument's type
};

enum class NullRule : uint8_t {
  if_any,  ///< NULL if an argument is
  may_be,  ///< NULL whatever the arguments
  never,
};

/// One form of a function: a name may have several.
struct Signature {
  std::string_view name;
  Function function;
  std::array<ArgumentRule, 4> arguments;  ///< with `most` any_number the second one repeats
  uint8_t least, most;
  data::DataType (*result)(std::span<const data::DataType> arguments);
  NullRule nulls = NullRule::if_any;
};

/// Number of arguments without limit.
inline constexpr uint8_t any_number = 255;

/// The rule for argument `index`.
ArgumentRule rule_at(const Signature& signature, std::size_t index);
/// Whether the argument can be given; a bare NULL can, but for a collection, whose type it does not tell.
bool takes(ArgumentRule rule, const data::DataType& argument, std::span<const data::DataType> all);
/// What an argument of this type is cast to.
data::DataType argument_type(ArgumentRule rule, const data::DataType& argument, std::span<const data::DataType> all);
/// "SUBSTRING(text, integer[, integer])".
std::string to_text(const Signature& signature);

/// The names of functions that have no signature but rules of their own.
std::span<const std::string_view> special_function_names();
/// Every form of the function called `name` (in either case), side by side; empty if there is none.
std::span<const Signature> find_signatures(std::string_view name);
/// The names of all functions, in order, for SHOW FUNCTIONS and suggestions.
std::vector<std::string> function_names();

}  // namespace azud::sql
