#include "web/rest/parameter.h"

#include "base/parse_number.h"

namespace azud::web {

Result<std::optional<int64_t>> optional_integer(const io::HttpRequest& request, std::string_view name) {
  const auto text = request.query(name);
  if (!text || text->empty()) return std::nullopt;
  const auto value = parse_number<int64_t>(*text);
  if (!value) return fail(Code::invalid, "{} must be a whole number, not \"{}\"", name, *text);
  return value;
}

Result<int64_t> integer_parameter(const io::HttpRequest& request, std::string_view name, int64_t otherwise, int64_t min,
                                  int64_t max) {
  TRY_ASSIGN(const std::optional<int64_t> value, optional_integer(request, name));
  if (!value) return otherwise;
  if (*value < min || *value > max)
    return fail(Code::invalid, "{} must be from {} to {}, not {}", name, min, max, *value);
  return *value;
}

std::string text_parameter(const io::HttpRequest& request, std::string_view name) {
  return std::string(request.query(name).value_or(""));
}

std::vector<std::string> list_parameter(const io::HttpRequest& request, std::string_view name) {
  std::vector<std::string> out;
  for (const io::FormField& field : request.query()) {
    if (field.name != name) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (comma > 0) out.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(rest.size(), comma + 1));
    }
  }
  return out;
}

}  // namespace azud::web
