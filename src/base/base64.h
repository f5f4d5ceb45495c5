#pragma once

#include <string>
#include <string_view>

namespace azud {

/// Standard alphabet with padding, no line breaks.
void append_base64(std::string& out, std::string_view bytes);

/// The bytes of `text` into `out` (replaced). Spaces and control characters between are skipped; padding is required;
/// false for anything else.
bool read_base64(std::string_view text, std::string& out);

}  // namespace azud
