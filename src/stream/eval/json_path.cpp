#include "stream/eval/json_path.h"

#include "data/number_parse.h"

namespace azud::stream {

Result<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath path;
  path.text_ = text;
  const auto bad = [&] { return fail(Code::invalid, "JSON path '{}' is not understood", text); };
  std::string_view rest = data::trim(text);
  for (const std::string_view mode : {"lax", "strict"})
    if (rest.starts_with(mode)) {
      path.strict_ = mode == "strict";
      rest = data::trim(rest.substr(mode.size()));
    }
  if (!rest.starts_with('$')) return bad();
  rest.remove_prefix(1);
  while (!rest.empty()) {
    if (rest.starts_with("['") || rest.starts_with("[\"")) {
      const std::size_t end = rest.find(rest[1], 2);
      if (end == std::string_view::npos || end + 1 >= rest.size() || rest[end + 1] != ']') return bad();
      path.steps_.push_back({.member = std::string(rest.substr(2, end - 2))});
      rest.remove_prefix(end + 2);
    } else if (rest.starts_with('[')) {
      const std::size_t end = rest.find(']');
      int64_t place = 0;
      if (end == std::string_view::npos || !data::parse_integer(data::trim(rest.substr(1, end - 1)), place) ||
          place < 0)
        return bad();
      path.steps_.push_back({.place = place});
      rest.remove_prefix(end + 1);
    } else if (rest.starts_with('.')) {
      const std::size_t end = std::min(rest.find_first_of(".[", 1), rest.size());
      const std::string_view member = rest.substr(1, end - 1);
      if (member.empty() || member.find_first_of("*()?@ ") != std::string_view::npos) return bad();
      path.steps_.push_back({.member = std::string(member)});
      rest.remove_prefix(end);
    } else {
      return bad();
    }
  }
  return path;
}

std::optional<simdjson::dom::element> JsonPath::find(simdjson::dom::element root) const {
  simdjson::dom::element at = root;
  for (const Step& step : steps_) {
    simdjson::dom::element next;
    if (step.place >= 0) {
      // lax: a value that is no array is one of itself
      if (!at.is_array() && step.place == 0) continue;
      if (!at.is_array() ||
          at.get_array().value_unsafe().at(static_cast<std::size_t>(step.place)).get(next) != simdjson::SUCCESS)
        return std::nullopt;
    } else if (!at.is_object() || at.get_object().value_unsafe().at_key(step.member).get(next) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    at = next;
  }
  return at;
}

}  // namespace azud::stream
