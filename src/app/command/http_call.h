#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace azud::app {

/// One azud over HTTP, for commands: each call waits for its answer. Belongs to one thread.
class HttpCall {
 public:
  /// "http://host:7000", or host:7000.
  explicit HttpCall(std::string server);

  /// A name as one segment of a path.
  static std::string segment(const std::string& name);

  using Json = nlohmann::ordered_json;
  /// The answer's JSON. An error answer has the server's words and hint; `unavailable` if nobody answers.
  Result<Json> get(const std::string& path) { return call("GET", path, {}); }
  Result<Json> post(const std::string& path, const Json& body) { return call("POST", path, body.dump()); }
  /// After Ctrl-C too.
  Result<Json> remove(const std::string& path) { return call("DELETE", path, {}); }

 private:
  Result<Json> call(const char* method, const std::string& path, const std::string& body);
  std::string server_;
};

}  // namespace azud::app
