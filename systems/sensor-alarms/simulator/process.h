#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/time.h"
#include "systems/sensor-alarms/simulator/random.h"

namespace azud::sensor_alarms {

enum class Topic : uint8_t { entry = 0, ok = 1 };

/// What a sensor reports, and where and when it goes.
struct Reading {
  Topic topic = Topic::entry;
  int32_t id = 0;
  bool movimiento = false;
  bool humo = false;
  int32_t temperatura = 0;
  int32_t temp_max = 0;
  TimestampMs nominal_ms = 0;
};

/// The sensors of one process: ids [id_min, id_max), at least one.
struct ProcessSettings {
  uint64_t seed = 1;
  uint32_t index = 0;  ///< the process's number; gives it a random sequence of its own
  int32_t id_min = 1;
  int32_t id_max = 50001;
  int32_t draw_every = 1000;
  int32_t recover_every = 6000;
  TimestampMs start_ms = 0;
};

/// One process of the original simulator: sweeps its sensors for ever (SPECIFICATION.md section 2). A pure function of
/// its settings; one thread.
class Process {
 public:
  explicit Process(const ProcessSettings& settings);

  /// The next message.
  Reading next();

 private:
  struct Sensor {
    int32_t temperatura = 0;
    int32_t temp_max = 0;
    int32_t smoke_count = 0;
    int32_t temperature_count = 0;
    bool movimiento = false;
    bool humo = false;
  };

  void visit(int32_t place);
  void draw_alarm(int32_t place, int64_t chance);
  void recover();
  void send(int32_t place, Topic topic);

  ProcessSettings settings_;
  Random random_;
  std::vector<Sensor> sensors_;
  std::deque<int32_t> movement_;
  std::deque<int32_t> smoke_;
  std::deque<int32_t> temperature_;
  int32_t place_ = 0;
  int64_t sent_ = 0;
  /// What the last visit sent and has not been handed out: the sensor, one drawn, three recovered.
  std::array<Reading, 5> pending_;
  uint32_t pending_first_ = 0;
  uint32_t pending_count_ = 0;
};

}  // namespace azud::sensor_alarms
