#include "web/json.h"

#include <array>

#include "base/json_depth.h"

namespace azud::web {

std::string to_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Result<Json> parse_json(std::string_view text) {
  if (nests_too_deep(text)) return fail(Code::invalid, "the JSON nests more than {} levels", json_levels_max);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return fail(Code::invalid, "not JSON: unexpected at byte {}", error.byte);
  } catch (const Json::exception&) {
    return fail(Code::invalid, "not JSON: a number or text is out of range");
  }
}

namespace {

/// "not_found" of "not found": what programs compare has no spaces.
std::string code_word(Code code) {
  std::string word;
  for (const char c : to_string(code)) {
    if (c != '/') word += c == ' ' ? '_' : c;
  }
  return word;
}

}  // namespace

Json to_json(const Error& error) {
  Json out = {{"code", code_word(error.code())}, {"message", error.message()}};
  if (!error.hint().empty()) out["hint"] = error.hint();
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  bool plain = true;
  for (const char c : text)
    plain &= static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
  if (plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += to_text(Json(text));
  }
}

int http_status(Code code) {
  switch (code) {
    case Code::invalid: return 400;
    case Code::not_found: return 404;
    case Code::already_exists: return 409;
    case Code::unsupported: return 501;
    case Code::unavailable:
    case Code::storage_full:
    case Code::cancelled: return 503;
    case Code::corrupt:
    case Code::io:
    case Code::internal: return 500;
  }
  return 500;
}

io::HttpResponse error_response(const Error& error) {
  return io::HttpResponse::json(to_text(Json{{"error", to_json(error)}}), http_status(error.code()));
}

}  // namespace azud::web
