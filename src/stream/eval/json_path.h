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
  /// What is not there is an error, not empty: the mode of a path that names none, as in Flink.
  bool is_strict() const { return strict_; }

 private:
  struct Step {
    std::string member;
    int64_t place = -1;  ///< an array's element if not negative
  };
  std::string text_;
  bool strict_ = true;
  std::vector<Step> steps_;
};

}  // namespace azud::stream
