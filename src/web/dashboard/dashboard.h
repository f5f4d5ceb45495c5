#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "config/document.h"
#include "web/json.h"
#include "web/query/query.h"

namespace azud::web {

/// A dashboard file (docs/dashboards.md), checked.
struct Dashboard {
  std::string uid;
  std::string title;
  std::string description;
  Json json;                             ///< as the page gets it, defaults filled in
  std::map<std::string, Query> queries;  ///< by panel id
};

/// Every complaint names file, line, column and what is allowed.
Result<Dashboard> read_dashboard(const config::Node& file);

}  // namespace azud::web
