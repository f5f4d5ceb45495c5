#include "io/thread_urgency.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace azud::io {
namespace {

/// What sched_setattr(2) takes, in its first version; the C library of Debian 12 does not declare it.
struct Attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime_ns;
  uint64_t deadline_ns;
  uint64_t period_ns;
};

}  // namespace

void set_urgency(Urgency urgency) {
  Attributes wanted{};
  if (::syscall(SYS_sched_getattr, 0, &wanted, sizeof wanted, 0U) != 0) return;  // what nice(1) set stays
  wanted.policy = urgency == Urgency::background ? SCHED_BATCH : SCHED_OTHER;
  // The least slice there is: whoever asks for less at a time is let in sooner (EEVDF).
  if (urgency == Urgency::soon) wanted.runtime_ns = 100'000;
  (void)::syscall(SYS_sched_setattr, 0, &wanted, 0U);
}

}  // namespace azud::io
