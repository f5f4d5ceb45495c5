#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/report.h"
#include "io/clock.h"
#include "simulate/runner.h"
#include "simulate/target.h"
#include "systems/registry.h"

namespace azud::app {
namespace {

std::atomic<bool> stop_sending{false};

struct SendOptions {
  std::string to = "kafka://localhost:9092";
  std::string rate = "max";
  std::string timestamps = "now";
  uint64_t from = 0;
  uint64_t messages = 0;
  int64_t duration_s = 0;
};

/// The parameters of a system's simulator or generator as options of the command line.
class ParameterOptions {
 public:
  ParameterOptions(CLI::App& app, std::span<const simulate::Parameter> parameters)
      : parameters_(parameters), texts_(parameters.size()) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      std::string name = "--" + std::string(parameters[i].name);
      std::ranges::replace(name, '_', '-');
      CLI::Option* option = app.add_option(name, texts_[i], std::string(parameters[i].help));
      option->default_str(std::string(parameters[i].default_value))->group("Parameters");
      options_.push_back(option);
    }
  }

  Result<simulate::ParameterValues> values() const {
    simulate::ParameterValues values(parameters_);
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      if (options_[i]->count() > 0) TRY(values.set(parameters_[i].name, texts_[i]));
    return values;
  }

 private:
  std::span<const simulate::Parameter> parameters_;
  std::vector<std::string> texts_;
  std::vector<CLI::Option*> options_;
};

void add_send_options(CLI::App& app, SendOptions& options) {
  app.add_option("--to", options.to,
                 "kafka://host:port, http://host:port (one POST a message), or - for standard output")
      ->capture_default_str();
  app.add_option("--rate", options.rate, "messages a second, or max")->capture_default_str();
  app.add_option("--timestamps", options.timestamps, "of the records: now, or nominal (the generator's own time)")
      ->check(CLI::IsMember({"now", "nominal"}))
      ->capture_default_str();
  app.add_option("--from", options.from, "leave out so many messages first, to go on with an earlier run");
  app.add_option("--messages", options.messages, "stop after so many");
  app.add_option("--duration", options.duration_s, "stop after so many seconds");
}

Result<double> parse_rate(const std::string& text) {
  if (text == "max") return 0.0;
  char* end = nullptr;
  const double rate = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(rate > 0))
    return fail(Code::invalid, "--rate takes a number above 0 or max, found \"{}\"", text);
  return rate;
}

Status send(simulate::EventSource& source, const SendOptions& options) {
  simulate::RunSettings settings{
      .from = options.from, .count_max = options.messages, .duration_ms = options.duration_s * 1000};
  TRY_ASSIGN(settings.rate, parse_rate(options.rate));
  const auto timestamps = options.timestamps == "nominal" ? simulate::Timestamps::nominal : simulate::Timestamps::now;
  std::signal(SIGINT, [](int) { stop_sending = true; });
  std::signal(SIGTERM, [](int) { stop_sending = true; });
  const io::SystemClock clock;
  TRY_ASSIGN(const auto sender,
             simulate::open_target({.address = options.to, .timestamps = timestamps}, source, clock));
  TRY_ASSIGN(const auto result, simulate::run(source, *sender, settings, clock, stop_sending,
                                              [](std::string_view line) { std::cerr << line << '\n'; }));
  std::cerr << simulate::describe(result) << '\n';
  if (result.counts.refused > 0) return fail(Code::io, "{} messages were refused", result.counts.refused);
  return {};
}

Status write_files(const systems::Generator& generator, const simulate::ParameterValues& values,
                   const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Code::io, "cannot make the folder {}: {}", folder.string(), error.message());
  return generator.write_files(values, [&](std::string_view name, std::string_view content) -> Status {
    std::ofstream out(folder / name, std::ios::binary);
    out << content;
    if (!out.flush()) return fail(Code::io, "cannot write {}", (folder / name).string());
    return {};
  });
}

struct SimulateCommand {
  CLI::App* app;
  const systems::System* system;
  SendOptions send;
  std::unique_ptr<ParameterOptions> parameters;

  Status run() const {
    TRY_ASSIGN(const auto values, parameters->values());
    TRY_ASSIGN(const auto source, system->make_simulator(values));
    return app::send(*source, send);
  }
};

struct GenerateCommand {
  CLI::App* app;
  const systems::Generator* generator;
  std::string dir;
  SendOptions send;
  std::unique_ptr<ParameterOptions> parameters;

  Status run() const {
    TRY_ASSIGN(const auto values, parameters->values());
    if (!dir.empty()) return write_files(*generator, values, dir);
    TRY_ASSIGN(const auto source, generator->make_source(values));
    return app::send(*source, send);
  }
};

/// Runs the sub-command that was given.
template <class Command>
CommandRun run_chosen(std::string name, std::shared_ptr<std::vector<Command>> chosen) {
  return [name = std::move(name), chosen = std::move(chosen)] {
    for (const Command& command : *chosen)
      if (command.app->parsed()) return report(name + " " + command.app->get_name(), command.run());
    return exit_usage;
  };
}

}  // namespace

CommandRun define_simulate(CLI::App& app) {
  app.require_subcommand(1);
  auto all = std::make_shared<std::vector<SimulateCommand>>();
  all->reserve(systems::built_in_systems().size());  // options point into the elements
  for (const systems::System* system : systems::built_in_systems()) {
    SimulateCommand& command = all->emplace_back();
    command.system = system;
    command.app = app.add_subcommand(std::string(system->name), std::string(system->title));
    add_send_options(*command.app, command.send);
    command.parameters = std::make_unique<ParameterOptions>(*command.app, system->simulator_parameters);
  }
  return run_chosen("simulate", std::move(all));
}

CommandRun define_generate(CLI::App& app) {
  app.require_subcommand(1);
  auto all = std::make_shared<std::vector<GenerateCommand>>();
  std::size_t count = 0;
  for (const systems::System* system : systems::built_in_systems()) count += system->generators.size();
  all->reserve(count);
  for (const systems::System* system : systems::built_in_systems())
    for (const systems::Generator& generator : system->generators) {
      GenerateCommand& command = all->emplace_back();
      command.generator = &generator;
      command.app = app.add_subcommand(std::string(generator.name), std::string(generator.summary));
      command.app->add_option("--dir", command.dir, "write files into this folder instead of sending messages");
      add_send_options(*command.app, command.send);
      command.parameters = std::make_unique<ParameterOptions>(*command.app, generator.parameters);
    }
  return run_chosen("generate", std::move(all));
}

}  // namespace azud::app
