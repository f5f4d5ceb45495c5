#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alarm/alarm_rule.h"
#include "base/result.h"
#include "config/document.h"
#include "connect/mail/mail_server.h"

namespace azud::app {

struct MailSection {
  std::filesystem::path outbox = "outbox";  ///< under the data folder
  std::string from = "azud@localhost";
  std::optional<connect::MailServer> server;  ///< none: mails are files in the outbox folder
  int64_t retry_for_ms = 3LL * 24 * 3600 * 1000;
  int64_t keep_for_ms = 30LL * 24 * 3600 * 1000;  ///< negative: for ever
};

/// `folder`: of the configuration file; mail bodies may be files in it.
Status read_alarm_section(const config::Node& node, const std::filesystem::path& folder,
                          std::vector<alarm::AlarmRule>& rules);
Status read_mail_section(const config::Node& node, const std::filesystem::path& folder, MailSection& section);

}  // namespace azud::app
