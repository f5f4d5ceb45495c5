#pragma once

#include <string>

#include "base/result.h"

namespace azud::app {

struct RemoteSql {
  std::string server;
  std::string name;  ///< of the text, for errors
  std::string text;
  bool changelog = false;
};

/// Has the statements executed by a running azud (or by Flink's SQL Gateway) over its REST interface, one after the
/// other, and shows what comes of them. Jobs run on; the query that is being shown is ended by Ctrl-C.
Status run_sql_remotely(const RemoteSql& options);

}  // namespace azud::app
