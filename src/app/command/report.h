#pragma once

#include <string>
#include <vector>

#include "app/command/command.h"
#include "base/result.h"

namespace azud::app {

/// Prints the error, if there is one, to stderr as "azud COMMAND: message" and "hint: …". The exit code: a wrong input
/// (Code::invalid) is exit_usage, any other failure exit_failed.
int report(std::string_view command, const Status& status);

/// Rows with columns padded to their widest cell; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// Set by SIGINT and SIGTERM once `watch_signals` was called.
bool stop_requested();
void watch_signals();

}  // namespace azud::app
