#include "systems/sensor-alarms/simulator/simulator.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/assert.h"

namespace azud::sensor_alarms {

namespace {

constexpr std::array parameters = {
    simulate::Parameter{"seed", "1", "whole number; the same seed gives the same messages"},
    simulate::Parameter{"sensors", "50000", "how many sensors, with the ids first_id, first_id + 1, .."},
    simulate::Parameter{"first_id", "1", "id of the first sensor"},
    simulate::Parameter{"processes", "1", "simulator processes that share the sensors; 400 messages a second each"},
    simulate::Parameter{"preset", "busy", "code (the published constants) or busy (the reported counts)"},
    simulate::Parameter{"draw_every", "", "a sensor is drawn for an alarm at every so many-th one; default by preset"},
    simulate::Parameter{"recover_every", "", "alarms recover at every so many-th sensor; default by preset"},
    simulate::Parameter{"start", "2024-05-01T00:00:00Z", "nominal time of the first message"},
    simulate::Parameter{"form", "csv", "csv, brace or json"},
};

struct Preset {
  std::string_view name;
  int32_t draw_every;
  int32_t recover_every;
};
constexpr std::array presets = {Preset{"code", 5000, 12000}, Preset{"busy", 1000, 6000}};

constexpr int64_t id_most = std::numeric_limits<int32_t>::max() - 1;

/// The parameter when it was given, else the preset's value.
Result<int32_t> period(const simulate::ParameterValues& values, std::string_view name, int32_t by_preset) {
  if (values.text(name).empty()) return by_preset;
  TRY_ASSIGN(const int64_t given, values.integer(name, 1, id_most));
  return static_cast<int32_t>(given);
}

}  // namespace

Simulator::Simulator(const SimulatorSettings& settings) : settings_(settings) {
  const int64_t sensors = int64_t{settings.id_max} - settings.id_min;
  AZUD_ASSERT(settings.processes > 0 && sensors >= settings.processes, "every process needs a sensor");
  for (uint32_t p = 0; p < settings.processes; ++p) {
    processes_.emplace_back(ProcessSettings{
        .seed = settings.seed,
        .index = p,
        .id_min = static_cast<int32_t>(settings.id_min + sensors * p / settings.processes),
        .id_max = static_cast<int32_t>(settings.id_min + sensors * (p + 1) / settings.processes),
        .draw_every = settings.draw_every,
        .recover_every = settings.recover_every,
        .start_ms = settings.start_ms,
    });
    heads_.push_back(processes_.back().next());
  }
}

bool Simulator::next(simulate::Event& event) {
  const auto first = std::ranges::min_element(heads_, {}, &Reading::nominal_ms);  // the lowest process of equal ones
  const Reading reading = *first;
  *first = processes_[static_cast<std::size_t>(first - heads_.begin())].next();

  value_.clear();
  append_message(reading, settings_.form, value_);
  key_.assign(fmt::format_int(reading.id).c_str());
  event = {.topic = static_cast<uint32_t>(reading.topic),
           .key_slot = static_cast<uint32_t>(reading.id - settings_.id_min),
           .key = key_,
           .value = value_,
           .nominal_ms = reading.nominal_ms};
  return true;
}

std::span<const simulate::Parameter> simulator_parameters() { return parameters; }

Result<std::unique_ptr<simulate::EventSource>> make_simulator(const simulate::ParameterValues& values) {
  const auto preset = std::ranges::find(presets, values.text("preset"), &Preset::name);
  if (preset == presets.end()) return fail(Code::invalid, "preset must be code or busy, not {}", values.text("preset"));

  SimulatorSettings settings;
  TRY_ASSIGN(const int64_t seed, values.integer("seed", 0, std::numeric_limits<int64_t>::max()));
  TRY_ASSIGN(const int64_t processes, values.integer("processes", 1, 1000));
  TRY_ASSIGN(const int64_t first_id, values.integer("first_id", 0, id_most));
  TRY_ASSIGN(const int64_t sensors, values.integer("sensors", processes, id_most - first_id));
  TRY_ASSIGN(settings.draw_every, period(values, "draw_every", preset->draw_every));
  TRY_ASSIGN(settings.recover_every, period(values, "recover_every", preset->recover_every));
  TRY_ASSIGN(settings.start_ms, values.time("start"));
  TRY_ASSIGN(settings.form, parse_form(values.text("form")));
  settings.seed = static_cast<uint64_t>(seed);
  settings.processes = static_cast<uint32_t>(processes);
  settings.id_min = static_cast<int32_t>(first_id);
  settings.id_max = static_cast<int32_t>(first_id + sensors);
  return std::make_unique<Simulator>(settings);
}

}  // namespace azud::sensor_alarms
