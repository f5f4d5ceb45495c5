#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/command/command.h"
#include "app/command/last_words.h"
#include "base/logging.h"

int main(int argc, char** argv) {
  azud::app::give_last_words();
  CLI::App app(
      "azud: an event-streaming stack in one program. A Kafka broker, a Flink SQL engine, alarms and live pages.",
      "azud");
  app.set_version_flag("--version", std::string("azud ") + AZUD_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer(
      "azud COMMAND --help tells more. First steps: azud demo sensor-alarms\n"
      "Exit codes: 0 done, 1 it could not be done, 2 the command line or a file given to it is wrong.");
  std::string log_level = "info";
  app.add_option("--log-level", log_level, "what goes to stderr: debug, info, warn, error or off")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->capture_default_str();

  std::vector<std::pair<CLI::App*, azud::app::CommandRun>> runs;
  for (const azud::app::Command& command : azud::app::commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->fallthrough();
    runs.emplace_back(sub, command.define(*sub));
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? azud::app::exit_ok : azud::app::exit_usage;
  }
  azud::start_logging(log_level);
  for (auto& [sub, run] : runs)
    if (sub->parsed()) return run();
  return azud::app::exit_usage;
}
