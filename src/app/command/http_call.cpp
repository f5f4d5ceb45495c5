#include "app/command/http_call.h"

#include <memory>

#include <curl/curl.h>

#include "app/command/report.h"

namespace azud::app {
namespace {

constexpr long connect_timeout_s = 10;
constexpr long timeout_s = 60;

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* out) {
  static_cast<std::string*>(out)->append(bytes, size * count);
  return size * count;
}

/// A request that Ctrl-C ends.
int look_for_stop(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return stop_requested() ? 1 : 0; }

/// What both of azud's forms of an error say.
Error error_of(long status, const HttpCall::Json& body) {
  const Code code = status == 404   ? Code::not_found
                    : status == 400 ? Code::invalid
                    : status == 501 ? Code::unsupported
                                    : Code::unavailable;
  if (body.is_object() && body.contains("errors") && body["errors"].is_array() && !body["errors"].empty()) {
    const std::string text = body["errors"].back().get<std::string>();
    return {code, text};
  }
  if (body.is_object() && body.contains("error") && body["error"].is_object())
    return {code, body["error"].value("message", "it does not say why"), body["error"].value("hint", "")};
  return {code, fmt::format("the server answered with HTTP status {}", status)};
}

}  // namespace

HttpCall::HttpCall(std::string server) : server_(std::move(server)) {
  if (server_.find("://") == std::string::npos) server_ = "http://" + server_;
  while (server_.ends_with('/')) server_.pop_back();
}

std::string HttpCall::segment(const std::string& name) {
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      curl_easy_escape(nullptr, name.c_str(), static_cast<int>(name.size())), &curl_free);
  return escaped ? escaped.get() : name;
}

Result<HttpCall::Json> HttpCall::call(const char* method, const std::string& path, const std::string& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(Code::internal, "no memory for a request");
  std::string answer;
  char words[CURL_ERROR_SIZE] = "";
  const std::string url = server_ + path;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), &curl_slist_free_all);
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_CUSTOMREQUEST, method);
  if (!body.empty()) {
    set(CURLOPT_POSTFIELDS, body.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_HTTPHEADER, headers.get());
  }
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  set(CURLOPT_TIMEOUT, timeout_s);
  set(CURLOPT_ERRORBUFFER, words);
  set(CURLOPT_NOPROGRESS, std::string_view(method) == "DELETE" ? 1L : 0L);
  set(CURLOPT_XFERINFOFUNCTION, &look_for_stop);
  set(CURLOPT_WRITEFUNCTION, &append);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  const CURLcode done = curl_easy_perform(curl.get());
  if (done == CURLE_ABORTED_BY_CALLBACK) return fail(Code::cancelled, "stopped");
  if (done != CURLE_OK)
    return std::unexpected(Error(Code::unavailable,
                                 fmt::format("{}: {}", server_, *words != '\0' ? words : curl_easy_strerror(done)),
                                 "is an azud running there? --server takes the page's address"));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  Json json = Json::parse(answer, nullptr, false);
  if (status >= 400) return std::unexpected(error_of(status, json));
  if (json.is_discarded()) return fail(Code::unavailable, "{}: the answer is no JSON: is it an azud?", url);
  return json;
}

}  // namespace azud::app
