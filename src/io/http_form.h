#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azud::io {

/// One `name=value` of a query or a form, decoded. `?sync` has no value, `?key=` an empty one.
struct FormField {
  std::string_view name;
  std::string_view value;
  bool has_value = false;
};

/// Decodes %XX, and + as a space if `plus_is_space`, onto the end of `storage`. Text without either is returned as it
/// is. `storage` must have room for text.size() bytes more, so that earlier views into it stay valid. False on a %
/// that two hexadecimal digits do not follow.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& storage, std::string_view& decoded);

/// Splits and decodes `a=1&b&c=`, the text of a query or of an application/x-www-form-urlencoded body, onto the end of
/// `fields`. The views point into `text` or `storage` (see above).
bool decode_form(std::string_view text, std::string& storage, std::vector<FormField>& fields);

}  // namespace azud::io
