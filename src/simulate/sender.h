#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "simulate/event_source.h"
#include "simulate/latency.h"

namespace azud::simulate {

/// How far a run has come.
struct SendCounts {
  uint64_t sent = 0;          ///< handed over by the runner
  uint64_t acknowledged = 0;  ///< confirmed by the server
  uint64_t refused = 0;       ///< the server said no; not tried again
  uint64_t repeated = 0;      ///< sent again without knowing whether the first try had arrived
};

/// Where a runner's messages go. Keeps the order of one key, over all topics. Used by one thread.
class Sender {
 public:
  virtual ~Sender() = default;

  /// Takes the message (its bytes are copied or written). False when there is no room, or when an earlier message of
  /// the same key has to be acknowledged first: call `poll`, then try again. An error ends the run.
  virtual Result<bool> send(const Event& event) = 0;

  /// Lets the connection work for at most `timeout_ms`; returns early when something was acknowledged.
  virtual void poll(int timeout_ms) = 0;

  /// Waits until all that was sent is answered; Code::unavailable when that takes longer.
  virtual Status finish(int timeout_ms) = 0;

  virtual SendCounts counts() const = 0;
  virtual LatencyHistogram latency() const = 0;

  /// Why nothing moves, or the last refusal; empty when all is well.
  virtual std::string trouble() const = 0;
};

/// Which timestamp a record carries.
enum class Timestamps : uint8_t {
  now,      ///< the time of sending
  nominal,  ///< the generator's own time
};

}  // namespace azud::simulate
