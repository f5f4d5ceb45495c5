#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "base/thread_annotations.h"
#include "io/event_loops.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/exchange.h"
#include "kafka/broker/fetch/fetch_reader.h"

namespace azud::kafka {

/// A fetch on its way: answered at once if there is enough to say, otherwise parked until there is, its time is over or
/// its client has gone. Works on the loop threads; the journal's thread only wakes it.
class ParkedFetch : public std::enable_shared_from_this<ParkedFetch> {
 public:
  ParkedFetch(BrokerPtr broker, Exchange<FetchRequest> exchange, FetchPlan plan);

  void start();

 private:
  Fetched read() const;
  bool is_enough(const Fetched& fetched) const;
  void answer(Fetched fetched);
  void park(const Fetched& fetched);
  void arm(const Fetched& fetched) AZUD_REQUIRES(mutex_);
  void wake();
  /// Reads again; answers if it is enough or `last`.
  void retry(bool last);
  void cancel();
  /// True for the one who may answer.
  bool finish() AZUD_REQUIRES(mutex_);

  const BrokerPtr broker_;
  Exchange<FetchRequest> exchange_;  ///< of whom finish() told so
  const FetchPlan plan_;
  CountedPartitions counted_;  ///< while it is parked
  FetchLimits limits_;
  std::size_t bytes_min_ = 0;

  std::atomic<bool> woken_ = false;
  Mutex mutex_;
  bool done_ AZUD_GUARDED_BY(mutex_) = false;
  std::vector<log::WaitPtr> waits_ AZUD_GUARDED_BY(mutex_);
  io::Timer deadline_ AZUD_GUARDED_BY(mutex_);  ///< its function is what keeps a parked fetch alive
  io::Timer pause_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::kafka
