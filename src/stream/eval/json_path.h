#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/result.h"

namespace azud::stream {

/// A JSON path: "lax" or "strict", $, members (.name, ['name']) and places ([0]). Filters, wildcards and methods are
/// refused.
class JsonPath {
 public:
  static Result<JsonPath> parse(std::string_view text);

  /// Nothing if the document has no such place.
  std::optional<simdjson::dom::element> find(simdjson::dom::element root) const;
  const std::string& text() const { return text_; }

 private:
  struct Step {
    std::string member;
    int64_t place = -1;  ///< an array's element if not negative
  };
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace azud::stream
