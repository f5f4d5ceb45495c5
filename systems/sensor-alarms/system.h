#pragma once

#include "systems/system.h"

namespace azud::sensor_alarms {

/// The sensor-alarms system for the registry.
const systems::System& system();

}  // namespace azud::sensor_alarms
