#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "base/thread_annotations.h"

namespace azud::connect {

/// The partition behind a split.
struct KafkaOrigin {
  std::shared_ptr<const std::string> topic;
  int32_t partition = 0;
};

/// The partitions behind a source's splits: the source adds to it while decoders on other threads read it.
class KafkaOrigins {
 public:
  void add(KafkaOrigin origin) {
    const MutexLock lock(mutex_);
    origins_.push_back(std::move(origin));
  }
  KafkaOrigin at(uint32_t split) const {
    const MutexLock lock(mutex_);
    return origins_[split];
  }

 private:
  mutable Mutex mutex_;
  std::deque<KafkaOrigin> origins_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::connect
