#include "systems/sensor-alarms/system.h"

#include <array>

#include "systems/sensor-alarms/files.h"
#include "systems/sensor-alarms/simulator/client_generator.h"
#include "systems/sensor-alarms/simulator/simulator.h"

namespace azud::sensor_alarms {

const systems::System& system() {
  static const std::array generators = {
      systems::Generator{.name = "clients",
                         .summary = "the customers of the sensors: ten CSV files, or records of CUSTOMERS",
                         .parameters = client_parameters(),
                         .write_files = write_client_files,
                         .make_source = make_client_source},
  };
  static const systems::System one{
      .name = "sensor-alarms",
      .title = "50,000 alarm sensors, a world map, e-mail",
      .files = embedded_files(),
      .simulator_parameters = simulator_parameters(),
      .make_simulator = make_simulator,
      .generators = generators,
  };
  return one;
}

}  // namespace azud::sensor_alarms
