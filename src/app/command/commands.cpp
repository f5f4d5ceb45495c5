#include "app/command/command.h"

namespace azud::app {

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      {"demo", "start one of the built-in systems: source, broker, jobs, alarms and page", define_demo},
      {"serve", "run azud as a configuration file says", define_serve},
      {"sql", "run SQL statements, in this process or on a running azud", define_sql},
      {"check", "check a configuration or SQL file without running it", define_check},
      {"topic", "list, describe, create, change and delete topics; read and write records", define_topic},
      {"group", "list, describe and delete consumer groups; move their offsets", define_group},
      {"jobs", "list, show and stop the jobs of a running azud", define_jobs},
      {"simulate", "send a built-in system's simulated events to any address", define_simulate},
      {"generate", "write a built-in system's generated data to files", define_generate},
  };
  return all;
}

}  // namespace azud::app
