#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/thread_annotations.h"
#include "kafka/broker/options.h"
#include "kafka/wire/message/fetch.h"

namespace azud::kafka {

/// One partition that a client fetches from. Named by topic or, from version 13 on, by topic id.
struct FetchTarget {
  std::string topic;
  Uuid topic_id;
  int32_t partition = 0;
  int64_t offset = 0;
  int32_t bytes_max = 0;
  int32_t leader_epoch = -1;
};

/// Partitions counted for a bound; the count goes with whoever holds it. Owned by one thread at a time.
class CountedPartitions {
 public:
  using Total = std::shared_ptr<std::atomic<std::size_t>>;
  explicit CountedPartitions(Total total) : total_(std::move(total)) {}
  CountedPartitions(const CountedPartitions&) = delete;
  CountedPartitions& operator=(const CountedPartitions&) = delete;
  ~CountedPartitions() { set(0); }

  void set(std::size_t count) {
    *total_ += count - count_;
    count_ = count;
  }

 private:
  const Total total_;
  std::size_t count_ = 0;
};

/// What a client fetches, kept between its requests, so that these name only what changed (KIP-227). Thread-safe.
class FetchSession {
 public:
  /// `total` counts the partitions of all sessions.
  FetchSession(int32_t id, bool by_topic_id, CountedPartitions::Total total)
      : id_(id), by_topic_id_(by_topic_id), counted_(std::move(total)) {}

  int32_t id() const { return id_; }
  bool by_topic_id() const { return by_topic_id_; }

  /// Takes in a request with this epoch: invalid_fetch_session_epoch if it is not the one due.
  ErrorCode advance(int32_t epoch);
  void change(const FetchRequest& request);

  /// All partitions, those longest without records first.
  std::vector<FetchTarget> targets() const;

  /// Whether the client must be told of this partition: it has records or an error, or its bounds are news. Notes that
  /// it was told.
  bool is_news(const FetchTarget& target, const FetchResponse::Partition& answer);

 private:
  struct Kept {
    FetchTarget target;
    int64_t told_high_watermark = -1;
    int64_t told_log_start = -1;
    bool told_error = false;
  };
  using Key = std::tuple<std::string, Uuid, int32_t>;
  static Key key_of(const FetchTarget& target) { return {target.topic, target.topic_id, target.partition}; }

  const int32_t id_;
  const bool by_topic_id_;
  mutable Mutex mutex_;
  int32_t next_epoch_ AZUD_GUARDED_BY(mutex_) = 1;
  std::list<Kept> kept_ AZUD_GUARDED_BY(mutex_);
  std::map<Key, std::list<Kept>::iterator> by_key_ AZUD_GUARDED_BY(mutex_);
  CountedPartitions counted_ AZUD_GUARDED_BY(mutex_);
};
using FetchSessionPtr = std::shared_ptr<FetchSession>;

/// What a Fetch request comes to: the partitions to read and, unless it stands alone, its session.
struct FetchPlan {
  ErrorCode error = ErrorCode::none;
  FetchSessionPtr session;
  bool incremental = false;  ///< the answer has news only
  std::vector<FetchTarget> targets;
};

/// The sessions of all clients, at most so many and with at most so many partitions. A new one takes the place of those
/// unused for longest, if they have been idle long enough; otherwise the client goes on without. Thread-safe.
class FetchSessions {
 public:
  explicit FetchSessions(const FetchOptions& options) : options_(options) {}

  FetchPlan plan(const FetchRequest& request, int16_t version, int64_t now_ms);
  std::size_t size() const;

 private:
  struct Slot {
    FetchSessionPtr session;
    int64_t used_ms;
  };
  FetchSessionPtr find(int32_t id, int64_t now_ms);
  FetchSessionPtr make(bool by_topic_id, std::size_t partitions, int64_t now_ms);
  bool has_room(std::size_t partitions) const {
    return partitions <= options_.session_partitions_max &&
           *partitions_ <= options_.session_partitions_max - partitions;
  }
  void drop(int32_t id);

  const FetchOptions options_;
  const CountedPartitions::Total partitions_ = std::make_shared<std::atomic<std::size_t>>(0);
  mutable Mutex mutex_;
  std::list<Slot> slots_ AZUD_GUARDED_BY(mutex_);  ///< the one unused for longest first
  std::map<int32_t, std::list<Slot>::iterator> by_id_ AZUD_GUARDED_BY(mutex_);
  int32_t next_id_ AZUD_GUARDED_BY(mutex_) = 1;
};

}  // namespace azud::kafka
