#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_function.h"

namespace CLI {
class App;
}

namespace azud::app {

/// Exit codes, as Kafka's and Flink's tools have them.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;  ///< what was asked for could not be done
inline constexpr int exit_usage = 2;   ///< the command line or a file given to it is wrong

/// One sub-command of `azud`: adds its options to `app` and returns what to run after parsing, which returns the exit
/// code. What it captures lives as long as the returned function.
using CommandRun = UniqueFunction<int()>;
struct Command {
  std::string_view name;
  std::string_view summary;
  CommandRun (*define)(CLI::App& app);
};

/// All sub-commands, in the order of --help.
const std::vector<Command>& commands();

CommandRun define_demo(CLI::App& app);
CommandRun define_serve(CLI::App& app);
CommandRun define_sql(CLI::App& app);
CommandRun define_check(CLI::App& app);
CommandRun define_topic(CLI::App& app);
CommandRun define_group(CLI::App& app);
CommandRun define_jobs(CLI::App& app);
CommandRun define_simulate(CLI::App& app);
CommandRun define_generate(CLI::App& app);

}  // namespace azud::app
