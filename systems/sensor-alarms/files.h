#pragma once

#include <span>

#include "base/embedded_file.h"

namespace azud::sensor_alarms {

/// The files of systems/sensor-alarms/ that the program carries.
std::span<const EmbeddedFile> embedded_files();

}  // namespace azud::sensor_alarms
