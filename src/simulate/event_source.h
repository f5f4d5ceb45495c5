#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace azud::simulate {

/// One message of a generator. The views live until the source's next call.
struct Event {
  uint32_t topic = 0;          ///< place in EventSource::topics()
  uint32_t key_slot = 0;       ///< the key as a number below EventSource::key_slots(): equal keys, equal slots
  std::string_view key;        ///< empty means no key
  std::string_view value;      ///< what is sent
  TimestampMs nominal_ms = 0;  ///< the generator's own time; never goes back
};

/// An endless or bounded sequence of messages that depends on nothing but its parameters: the same parameters give the
/// same bytes on every machine. Used by one thread.
class EventSource {
 public:
  virtual ~EventSource() = default;

  /// The topics that events point into. Fixed for the life of the source.
  virtual std::span<const std::string> topics() const = 0;

  /// How many different keys there can be.
  virtual uint32_t key_slots() const = 0;

  /// The pace of the original in messages a second; 0 when it has none.
  virtual double nominal_rate() const = 0;

  /// Fills `event` with the next message. False at the end of a bounded source, and `event` is unchanged.
  virtual bool next(Event& event) = 0;
};

}  // namespace azud::simulate
