#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/configuration/configuration.h"
#include "base/result.h"
#include "systems/system.h"

namespace azud::app {

/// A running azud: log, broker, ingress, jobs, page. What depends on another thing is started after it and stopped
/// before.
class Server {
 public:
  /// Starts everything; when it returns, topics are recovered, jobs run, and all listeners answer. `system` is the
  /// built-in system that the configuration belongs to, or null.
  static Result<std::unique_ptr<Server>> start(Configuration configuration, const systems::System* system);
  ~Server();  ///< stops

  /// Where the listeners can be reached on this machine, "127.0.0.1:9092".
  std::string kafka_address() const;
  std::string ingress_address() const;
  std::string web_address() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace azud::app
