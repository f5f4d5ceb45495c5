#pragma once

#include <string>
#include <string_view>

namespace azud::sql {

/// Whether two words are the same keyword: ASCII letters in either case.
bool same_word(std::string_view a, std::string_view b);
/// ASCII letters made capital.
std::string to_upper(std::string_view word);

/// Whether Flink's grammar reserves the word: as a name it needs backticks.
bool is_reserved(std::string_view word);
/// Whether `word(` may be a function call: not reserved, or one of the reserved words that name functions.
bool is_callable(std::string_view word);

}  // namespace azud::sql
