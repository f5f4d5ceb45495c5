#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "web/json.h"
#include "web/query/option.h"

namespace azud::web {

/// What a panel asks for: a source and its fields (docs/web-api.md, 3). Only the readers below make one, so names and
/// kinds of the fields are right.
class Query {
 public:
  const std::string& source() const { return source_; }

  std::optional<std::string> text(std::string_view field) const;
  std::vector<std::string> list(std::string_view field) const;
  int64_t integer(std::string_view field, int64_t otherwise) const;
  /// Within the bounds.
  std::size_t limit(std::size_t otherwise, std::size_t max) const;
  std::optional<double> number(std::string_view field) const;
  bool flag(std::string_view field) const;

  Json to_json() const;
  /// The same text for queries that mean the same.
  std::string key() const;

 private:
  friend Result<Query> read_query(const config::Node& node);
  friend Result<Query> check_query(const Json& json);
  std::string source_;
  Json fields_ = Json::object();
};

/// From a dashboard file: errors name file, line and what is allowed.
Result<Query> read_query(const config::Node& node);
/// From a client.
Result<Query> check_query(const Json& json);

}  // namespace azud::web
