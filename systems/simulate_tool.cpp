// A simulator without the rest of azud, for tests and loads that need only messages.
//
//   azud_simulate_tool SYSTEM [GENERATOR] --to TARGET [--rate N] [--count N] [--duration-ms N] [--from N] [--nominal]
//                      [--NAME VALUE …]     parameters of the simulator, or of the generator
//   azud_simulate_tool SYSTEM GENERATOR --files DIR
//   azud_simulate_tool replay FILE --to TARGET [--rate N] [--nominal]     messages as `--to -` writes them

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>

#include "io/clock.h"
#include "simulate/recorded_source.h"
#include "simulate/runner.h"
#include "simulate/target.h"
#include "systems/registry.h"

namespace azud {
namespace {

std::atomic<bool> stop{false};

/// The command line: names, then --options with a value (except --nominal).
struct Arguments {
  std::vector<std::string> names;
  std::map<std::string, std::string> options;

  std::optional<std::string> take(const std::string& name) {
    const auto node = options.extract(name);
    return node.empty() ? std::nullopt : std::optional(node.mapped());
  }
};

Result<Arguments> parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (!word.starts_with("--")) {
      arguments.names.push_back(word);
    } else if (word == "--nominal") {
      arguments.options["nominal"] = "";
    } else if (i + 1 < count) {
      arguments.options[word.substr(2)] = words[++i];
    } else {
      return fail(Code::invalid, "{} needs a value", word);
    }
  }
  if (arguments.names.empty()) return fail(Code::invalid, "usage: azud_simulate_tool SYSTEM [GENERATOR] --to TARGET");
  return arguments;
}

Status write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary);
  out << content;
  if (!out.flush()) return fail(Code::io, "cannot write {}", path.string());
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(in), {});
  if (!in) return fail(Code::io, "cannot read {}", path.string());
  return content;
}

/// `count` belongs to the generator when there is one.
Result<simulate::RunSettings> read_run_settings(Arguments& arguments, bool with_count) {
  try {
    simulate::RunSettings settings;
    settings.rate = std::stod(arguments.take("rate").value_or("0"));
    if (with_count) settings.count_max = std::stoull(arguments.take("count").value_or("0"));
    settings.duration_ms = std::stoll(arguments.take("duration-ms").value_or("0"));
    settings.from = std::stoull(arguments.take("from").value_or("0"));
    return settings;
  } catch (const std::exception&) {
    return fail(Code::invalid, "--rate, --count, --duration-ms and --from take numbers");
  }
}

Status send(simulate::EventSource& source, const simulate::TargetSettings& target,
            const simulate::RunSettings& settings) {
  const io::SystemClock clock;
  TRY_ASSIGN(const auto sender, simulate::open_target(target, source, clock));
  TRY_ASSIGN(const auto result, simulate::run(source, *sender, settings, clock, stop,
                                              [](std::string_view line) { std::cerr << line << '\n'; }));
  std::cerr << simulate::describe(result) << '\n';
  if (result.counts.refused > 0) return fail(Code::io, "{} messages refused", result.counts.refused);
  return {};
}

Status replay(const Arguments& arguments, const simulate::TargetSettings& target,
              const simulate::RunSettings& settings) {
  if (arguments.names.size() != 2) return fail(Code::invalid, "replay takes one file");
  TRY_ASSIGN(const std::string text, read_file(arguments.names[1]));
  TRY_ASSIGN(const auto source, simulate::RecordedSource::read(text));
  return send(*source, target, settings);
}

Status run(int count, char** words) {
  TRY_ASSIGN(Arguments arguments, parse(count, words));
  const bool replayed = arguments.names.front() == "replay";
  const bool generated = !replayed && arguments.names.size() > 1;
  const simulate::TargetSettings target{
      .address = arguments.take("to").value_or("-"),
      .timestamps = arguments.take("nominal") ? simulate::Timestamps::nominal : simulate::Timestamps::now};
  TRY_ASSIGN(const simulate::RunSettings settings, read_run_settings(arguments, !generated));
  if (replayed) return replay(arguments, target, settings);

  TRY_ASSIGN(const systems::System* system, systems::find_system(arguments.names.front()));
  const auto files = arguments.take("files");
  const systems::Generator* generator = nullptr;
  if (generated) {
    TRY_ASSIGN(generator, system->generator(arguments.names[1]));
  }
  simulate::ParameterValues values(generated ? generator->parameters : system->simulator_parameters);
  for (const auto& [name, value] : arguments.options) TRY(values.set(name, value));
  if (files && generated) {
    return generator->write_files(values, [&](std::string_view name, std::string_view content) {
      return write_file(std::filesystem::path(*files) / name, content);
    });
  }
  TRY_ASSIGN(const auto source, generated ? generator->make_source(values) : system->make_simulator(values));
  return send(*source, target, settings);
}

}  // namespace
}  // namespace azud

int main(int count, char** words) {
  std::signal(SIGINT, [](int) { azud::stop = true; });
  std::signal(SIGTERM, [](int) { azud::stop = true; });
  const auto status = azud::run(count, words);
  if (status) return 0;
  std::cerr << "azud_simulate_tool: " << status.error().to_text() << '\n';
  return 1;
}
