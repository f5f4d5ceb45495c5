#include "kafka/broker/broker.h"

#include <chrono>
#include <utility>

namespace azud::kafka {
namespace {

/// How often expired offsets are looked for.
constexpr std::chrono::minutes sweep_interval{10};

}  // namespace

Broker::Broker(log::Log& the_log, io::EventLoops& the_loops, const io::Clock& the_clock, BrokerOptions the_options)
    : options(std::move(the_options)),
      log(the_log),
      loops(the_loops),
      clock(the_clock),
      fetch_sessions(options.fetch),
      fetch_memory(options.fetch.unsent_bytes_max),
      groups(the_log, the_clock, options.groups) {}

BrokerPtr Broker::start(log::Log& log, io::EventLoops& loops, const io::Clock& clock, BrokerOptions options) {
  auto broker = std::make_shared<Broker>(log, loops, clock, std::move(options));
  broker->start_timers();
  return broker;
}

void Broker::start_timers() {
  groups.start([weak = weak_from_this()](int64_t delay_ms) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    const MutexLock lock(self->mutex_);
    self->group_alarm_ = self->loops.after(std::chrono::milliseconds(delay_ms), [weak] {
      const auto broker = weak.lock();
      if (broker == nullptr) return;
      if (const auto pass = broker->gate.enter()) broker->groups.expire();
    });
  });
  sweep_later();
}

void Broker::sweep_later() {
  const MutexLock lock(mutex_);
  sweep_ = loops.after(sweep_interval, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    const auto pass = self->gate.enter();
    if (!pass) return;
    self->groups.expire_offsets();
    self->sweep_later();
  });
}

void Broker::stop() {
  gate.close();
  groups.stop();
  const MutexLock lock(mutex_);
  group_alarm_.cancel();
  sweep_.cancel();
}

}  // namespace azud::kafka
