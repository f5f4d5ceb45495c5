#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "io/http_message.h"

namespace azud::web {

/// JSON off the hot path; members keep their order.
using Json = nlohmann::ordered_json;

/// The text; bytes that are not UTF-8 become replacement characters.
std::string to_text(const Json& json);

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// One JSON value and nothing after it. `invalid` says where it goes wrong.
Result<Json> parse_json(std::string_view text);

/// {"code","message","hint"}.
Json to_json(const Error& error);

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

/// 400 for invalid, 404 for not_found … (docs/web-api.md, 1).
int http_status(Code code);
io::HttpResponse error_response(const Error& error);

}  // namespace azud::web
