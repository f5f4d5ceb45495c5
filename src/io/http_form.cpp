#include "io/http_form.h"

#include "base/hex.h"

namespace azud::io {
bool percent_decode(std::string_view text, bool plus_is_space, std::string& storage, std::string_view& decoded) {
  const std::size_t first = text.find_first_of(plus_is_space ? "%+" : "%");
  if (first == std::string_view::npos) {
    decoded = text;
    return true;
  }
  const std::size_t begin = storage.size();
  storage.append(text.substr(0, first));
  for (std::size_t i = first; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3) return false;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      storage.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      storage.push_back(text[i] == '+' && plus_is_space ? ' ' : text[i]);
    }
  }
  decoded = std::string_view(storage).substr(begin);
  return true;
}

bool decode_form(std::string_view text, std::string& storage, std::vector<FormField>& fields) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    FormField field;
    const std::size_t equals = pair.find('=');
    field.has_value = equals != std::string_view::npos;
    if (!percent_decode(pair.substr(0, equals), true, storage, field.name)) return false;
    if (field.has_value && !percent_decode(pair.substr(equals + 1), true, storage, field.value)) return false;
    fields.push_back(field);
  }
  return true;
}

}  // namespace azud::io
