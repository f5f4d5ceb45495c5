#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "simulate/event_source.h"
#include "simulate/parameters.h"

namespace azud::sensor_alarms {

/// seed, count.
std::span<const simulate::Parameter> client_parameters();

/// Calls `write` with name and content of each of the ten CSV files; stops at its first error.
Status write_client_files(const simulate::ParameterValues& values,
                          const std::function<Status(std::string_view name, std::string_view content)>& write);

/// The clients as records of the topic CUSTOMERS, once, with the nominal time 1970-01-01T00:00:01Z: valid since ever.
Result<std::unique_ptr<simulate::EventSource>> make_client_source(const simulate::ParameterValues& values);

}  // namespace azud::sensor_alarms
