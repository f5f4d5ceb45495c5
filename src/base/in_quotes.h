#pragma once

#include <string>
#include <string_view>

namespace azud {

/// Text between quotes, those inside it doubled: a name or a literal, as SQL writes it.
inline std::string in_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out += quote;
}

}  // namespace azud
