#include "base/json_depth.h"

namespace azud {

bool nests_too_deep(std::string_view json) {
  if (json.size() <= json_levels_max) return false;
  std::size_t levels = 0;
  bool in_text = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_text) {
      if (c == '\\') ++at;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++levels > json_levels_max) return true;
    } else if (c == ']' || c == '}') {
      if (levels > 0) --levels;
    }
  }
  return false;
}

}  // namespace azud
