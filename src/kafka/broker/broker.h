#pragma once

#include <memory>

#include "base/thread_annotations.h"
#include "io/clock.h"
#include "io/event_loops.h"
#include "kafka/broker/fetch/fetch_memory.h"
#include "kafka/broker/fetch/fetch_session.h"
#include "kafka/broker/gate.h"
#include "kafka/broker/group/coordinator.h"
#include "kafka/broker/options.h"
#include "log/log.h"

namespace azud::kafka {

/// What all requests share. `log`, `loops` and `clock` outlive it. Thread-safe.
class Broker : public std::enable_shared_from_this<Broker> {
 public:
  static std::shared_ptr<Broker> start(log::Log& log, io::EventLoops& loops, const io::Clock& clock,
                                       BrokerOptions options);
  /// Use start().
  Broker(log::Log& log, io::EventLoops& loops, const io::Clock& clock, BrokerOptions options);

  /// Lets no more work in and waits for the work inside. Not to be called from a loop's thread.
  void stop();

  const BrokerOptions options;
  log::Log& log;
  io::EventLoops& loops;
  const io::Clock& clock;
  /// Entered by whatever runs on a loop's thread; the journal's thread needs no pass, the log being there.
  Gate gate;
  FetchSessions fetch_sessions;
  const FetchMemory fetch_memory;
  /// At which fetches are parked.
  const CountedPartitions::Total waiting_partitions = std::make_shared<std::atomic<std::size_t>>(0);
  GroupCoordinator groups;

 private:
  void start_timers();
  void sweep_later();

  Mutex mutex_;
  io::Timer group_alarm_ AZUD_GUARDED_BY(mutex_);
  io::Timer sweep_ AZUD_GUARDED_BY(mutex_);
};
using BrokerPtr = std::shared_ptr<Broker>;

}  // namespace azud::kafka
