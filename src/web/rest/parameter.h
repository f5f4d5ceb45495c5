#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/http_message.h"

namespace azud::web {

/// A whole number of the query within the bounds, or `otherwise` if it is absent or empty.
Result<int64_t> integer_parameter(const io::HttpRequest& request, std::string_view name, int64_t otherwise, int64_t min,
                                  int64_t max);
Result<std::optional<int64_t>> optional_integer(const io::HttpRequest& request, std::string_view name);
std::string text_parameter(const io::HttpRequest& request, std::string_view name);
/// "a,b" and repeated parameters.
std::vector<std::string> list_parameter(const io::HttpRequest& request, std::string_view name);

}  // namespace azud::web
