#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "io/clock.h"
#include "simulate/event_source.h"
#include "simulate/sender.h"

namespace azud::simulate {

struct RunSettings {
  double rate = 0;                 ///< messages a second; 0 as fast as the sender takes them
  uint64_t from = 0;               ///< messages of the source to leave out at first, to go on with an earlier run
  uint64_t count_max = 0;          ///< end after so many messages; 0 no limit
  int64_t duration_ms = 0;         ///< end after this time; 0 no limit
  int finish_timeout_ms = 30'000;  ///< how long to wait for the last acknowledgements
};

struct RunResult {
  SendCounts counts;
  LatencyHistogram latency;  ///< from handing over to acknowledgement
  int64_t elapsed_us = 0;    ///< the last acknowledgement included
};

/// Takes messages from the source and gives them to the sender, at the pace, until a limit, the source's end or `stop`;
/// then waits for what is outstanding. A sender that takes nothing (its server is away) holds the run up; nothing is
/// left out, and the pace catches up afterwards. `progress` is called about once a second with a line of text; it may
/// be empty. One thread; `stop` may be set by another one or by a signal.
Result<RunResult> run(EventSource& source, Sender& sender, const RunSettings& settings, const io::Clock& clock,
                      const std::atomic<bool>& stop, const std::function<void(std::string_view)>& progress);

/// `2400000 messages in 8.1 s, 296296/s; acknowledged 2400000, refused 0, repeated 0; latency p50 1.2 ms, ..`.
std::string describe(const RunResult& result);

}  // namespace azud::simulate
