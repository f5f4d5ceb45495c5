#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "io/clock.h"
#include "simulate/event_source.h"
#include "simulate/sender.h"

namespace azud::simulate {

struct TargetSettings {
  /// `kafka://host:port[,host:port]`, `http://host:port`, or `-`, which is standard output.
  std::string address;
  Timestamps timestamps = Timestamps::now;  ///< nominal is not possible over HTTP: the server stamps
  std::size_t http_connections = 64;
};

/// A sender to the address, for the messages of `source`; `clock` must outlive it.
Result<std::unique_ptr<Sender>> open_target(const TargetSettings& settings, const EventSource& source,
                                            const io::Clock& clock);

}  // namespace azud::simulate
