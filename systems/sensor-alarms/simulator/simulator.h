#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "simulate/event_source.h"
#include "simulate/parameters.h"
#include "systems/sensor-alarms/simulator/message.h"
#include "systems/sensor-alarms/simulator/process.h"

namespace azud::sensor_alarms {

struct SimulatorSettings {
  uint64_t seed = 1;
  uint32_t processes = 1;
  int32_t id_min = 1;      ///< the first sensor
  int32_t id_max = 50001;  ///< excluded; at least one sensor a process
  int32_t draw_every = 1000;
  int32_t recover_every = 6000;
  TimestampMs start_ms = 0;
  Form form = Form::csv;
};

/// The processes of the original simulator as one endless sequence, ordered by (nominal time, process). One thread.
class Simulator final : public simulate::EventSource {
 public:
  explicit Simulator(const SimulatorSettings& settings);

  std::span<const std::string> topics() const override { return topics_; }
  uint32_t key_slots() const override { return static_cast<uint32_t>(settings_.id_max - settings_.id_min); }
  double nominal_rate() const override { return 400.0 * settings_.processes; }
  bool next(simulate::Event& event) override;

 private:
  SimulatorSettings settings_;
  std::vector<std::string> topics_{"ENTRY", "OK"};
  std::vector<Process> processes_;
  std::vector<Reading> heads_;  // the next message of each process
  std::string key_;
  std::string value_;
};

/// The parameters that `make_simulator` understands.
std::span<const simulate::Parameter> simulator_parameters();

/// A simulator with these parameters; Code::invalid names the one that is wrong.
Result<std::unique_ptr<simulate::EventSource>> make_simulator(const simulate::ParameterValues& values);

}  // namespace azud::sensor_alarms
