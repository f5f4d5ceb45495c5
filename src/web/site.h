#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "gateway/sql_gateway.h"
#include "io/clock.h"
#include "log/log.h"
#include "web/dashboard/dashboards.h"
#include "web/view/alarm_view.h"
#include "web/view/job_view.h"
#include "web/view/outbox_view.h"

namespace azud::web {

/// What an azud shows of itself. The objects behind the pointers and references outlive the server; null: this azud has
/// no such thing, and the page leaves it out.
struct Site {
  const io::Clock& clock;
  log::Log& log;
  Dashboards& dashboards;
  AlarmView* alarms = nullptr;
  JobView* jobs = nullptr;
  OutboxView* outbox = nullptr;
  gateway::SqlGateway* sql = nullptr;
  bool control_from_anywhere = false;  ///< SQL, and stopping jobs, for clients of other machines too

  std::string title;                                           ///< of the running system
  std::string version;                                         ///< of azud
  std::string home;                                            ///< uid of the first dashboard
  std::vector<std::pair<std::string, std::string>> listeners;  ///< name and address, for the help page
  TimestampMs started_at = 0;
  /// Why requests should not come here yet; nothing if they may. Thread-safe.
  std::function<std::optional<std::string>()> not_ready = [] { return std::nullopt; };
};

}  // namespace azud::web
