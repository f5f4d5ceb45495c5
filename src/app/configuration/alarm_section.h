#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "alarm/alarm_rule.h"
#include "base/result.h"
#include "config/document.h"

namespace azud::app {

struct MailSection {
  std::filesystem::path outbox = "outbox";  ///< under the data folder
  std::string from = "azud@localhost";
};

/// `folder`: of the configuration file; mail bodies may be files in it.
Status read_alarm_section(const config::Node& node, const std::filesystem::path& folder,
                          std::vector<alarm::AlarmRule>& rules);
Status read_mail_section(const config::Node& node, MailSection& section);

}  // namespace azud::app
