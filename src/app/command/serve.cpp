#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/report.h"
#include "app/configuration/configuration.h"
#include "app/server/server.h"
#include "io/clock.h"
#include "io/signals.h"
#include "simulate/runner.h"
#include "simulate/target.h"
#include "systems/registry.h"

namespace azud::app {
namespace {

/// What the command line may say instead of the configuration.
struct Overrides {
  std::string data, kafka, ingress, web;

  void add_to(CLI::App& app) {
    app.add_option("--data", data, "folder for everything durable");
    app.add_option("--kafka", kafka, "address of the Kafka listener, host:port (default all addresses, 9092)");
    app.add_option("--ingress", ingress, "address of the HTTP ingress, host:port (default all addresses, 19092)");
    app.add_option("--web", web, "address of the page, host:port (default all addresses, 7000)");
  }
  void apply(Configuration& configuration) const {
    if (!data.empty()) configuration.data = data;
    if (!kafka.empty()) configuration.broker.listen = {kafka};
    if (!ingress.empty()) configuration.ingress.listen = ingress;
    if (!web.empty()) configuration.web_listen = web;
  }
};

void announce(const Configuration& configuration, const Server& server) {
  fmt::print(
      "\n  {} is running\n\n  page      http://{}\n  Kafka     {}\n  ingress   http://{}/topics/TOPIC/messages\n  data "
      "     {}\n\n",
      configuration.name, server.web_address(), server.kafka_address(), server.ingress_address(),
      std::filesystem::absolute(configuration.data).string());
  std::fflush(stdout);
}

Status serve(const std::string& file, const Overrides& overrides) {
  io::StopSignals signals;
  TRY_ASSIGN(Configuration configuration, Configuration::load_file(file));
  overrides.apply(configuration);
  // A copy of a built-in system's folder may name its generators.
  const auto system = systems::find_system(configuration.name);
  TRY_ASSIGN(const auto server, Server::start(configuration, system ? *system : nullptr));
  announce(configuration, *server);
  (void)signals.wait();
  return {};
}

/// Lays the system's files down, so that its configuration is a file like any other.
Status unpack(const systems::System& system, const std::filesystem::path& folder) {
  for (const EmbeddedFile& file : system.files) {
    const std::filesystem::path path = folder / file.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << file.content;
    if (!out.flush()) return fail(Code::io, "cannot write {}", path.string());
  }
  return {};
}

/// The system's own devices, sending to the server's listeners on a thread.
class SelfSimulation {
 public:
  Status start(const systems::System& system, const SimulateSection& section, const Server& server,
               simulate::Timestamps timestamps) {
    simulate::ParameterValues values(system.simulator_parameters);
    for (const auto& [name, value] : section.parameters) TRY(values.set(name, value));
    TRY_ASSIGN(source_, system.make_simulator(values));
    // One POST a message, as devices do, unless their own time counts or speed does: HTTP has no timestamps.
    const bool http = section.rate > 0 && timestamps == simulate::Timestamps::now;
    const std::string to = http ? "http://" + server.ingress_address() : "kafka://" + server.kafka_address();
    TRY_ASSIGN(sender_, simulate::open_target({.address = to, .timestamps = timestamps}, *source_, clock_));
    thread_ = std::thread([this, rate = section.rate] {
      const auto result =
          simulate::run(*source_, *sender_, {.rate = rate, .finish_timeout_ms = 1'000}, clock_, stop_, {});
      if (!result) fmt::print(stderr, "simulator: {}\n", result.error().message());
    });
    return {};
  }
  ~SelfSimulation() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  io::SystemClock clock_;
  std::atomic<bool> stop_{false};
  std::unique_ptr<simulate::EventSource> source_;
  std::unique_ptr<simulate::Sender> sender_;
  std::thread thread_;
};

struct DemoOptions {
  std::string name;
  Overrides overrides;
  std::string simulate;
  std::string event_time;
};

Status demo(const DemoOptions& options) {
  io::StopSignals signals;
  TRY_ASSIGN(const systems::System* system, systems::find_system(options.name));
  const std::filesystem::path data = options.overrides.data.empty() ? std::filesystem::path("azud-data") / options.name
                                                                    : std::filesystem::path(options.overrides.data);
  const std::filesystem::path folder = data / "system";
  TRY(unpack(*system, folder));
  TRY_ASSIGN(Configuration configuration, Configuration::load_file(folder / "azud.yaml"));
  configuration.data = data;
  options.overrides.apply(configuration);
  if (!options.event_time.empty())
    configuration.event_time = options.event_time == "nominal" ? EventTime::nominal : EventTime::arrival;
  SimulateSection simulate_section = configuration.simulate.value_or(SimulateSection{});
  if (!options.simulate.empty() && options.simulate != "off") {
    simulate_section.rate = 0;
    if (options.simulate != "max") {
      char* end = nullptr;
      simulate_section.rate = std::strtod(options.simulate.c_str(), &end);
      if (*end != '\0' || !(simulate_section.rate > 0))
        return fail(Code::invalid, "--simulate takes off, max or a rate above 0, found \"{}\"", options.simulate);
    }
  }
  TRY_ASSIGN(const auto server, Server::start(configuration, system));
  announce(configuration, *server);
  SelfSimulation simulation;
  if (options.simulate != "off")
    TRY(simulation.start(
        *system, simulate_section, *server,
        configuration.event_time == EventTime::nominal ? simulate::Timestamps::nominal : simulate::Timestamps::now));
  (void)signals.wait();
  return {};
}

}  // namespace

CommandRun define_serve(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  auto overrides = std::make_shared<Overrides>();
  app.add_option("--config", *file, "the configuration file (docs/configuration.md)")->required();
  overrides->add_to(app);
  app.footer(
      "Runs until SIGTERM or Ctrl-C, then stops cleanly; after a crash the next start recovers by itself.\n"
      "Options win over the file. Exit codes: 0 stopped, 1 it could not run, 2 the configuration is wrong.\n"
      "  azud serve --config azud.yaml --data /var/lib/azud");
  return [file, overrides] { return report("serve", serve(*file, *overrides)); };
}

CommandRun define_demo(CLI::App& app) {
  auto options = std::make_shared<DemoOptions>();
  std::string names;
  for (const systems::System* system : systems::built_in_systems())
    names += (names.empty() ? "" : ", ") + std::string(system->name);
  app.add_option("name", options->name, "one of: " + names)->required();
  options->overrides.add_to(app);
  app.add_option("--simulate", options->simulate,
                 "off, max or messages a second (default: what the system is known for)");
  app.add_option("--event-time", options->event_time,
                 "arrival (default): the log's clock; nominal: the timestamps that producers give")
      ->check(CLI::IsMember({"arrival", "nominal"}));
  app.footer(
      "Prints the addresses of page, Kafka listener and ingress, and runs until Ctrl-C. Without --data everything is\n"
      "in azud-data/NAME; another start goes on where this one stopped.\n"
      "  azud demo sensor-alarms --simulate max");
  return [options] { return report("demo", demo(*options)); };
}

}  // namespace azud::app
