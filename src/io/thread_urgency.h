#pragma once

#include <cstdint>

namespace azud::io {

/// How soon a thread that became ready wants a processor that others are using.
enum class Urgency : uint8_t {
  soon,        ///< many wait for it and it works for microseconds: the journal's writer
  background,  ///< nobody waits for it: lets others go on
};

/// Says so of the calling thread, to the system's scheduler. Only a hint: kernels before 6.12 take no notice of `soon`.
void set_urgency(Urgency urgency);

}  // namespace azud::io
