#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

#include "base/time.h"

namespace azud::stream {

/// What an operator keeps beside a key whose state may expire.
struct KeyAge {
  static constexpr TimestampMs unknown = 0;

  TimestampMs touched = unknown;  ///< wall clock of its last row; unknown if no time to live was set then
  TimestampMs queued = unknown;   ///< where it stands in the queue
};

/// Which keys go because no row came to them for 'table.exec.state.ttl', by the wall clock. A key stands in the queue
/// once, at a time that its last row may be after: when that is due it is queued again, so that a row costs no search.
/// `Key` finds the operator's state of the key again. Without a time to live every member does nothing.
template <class Key>
class ExpiryQueue {
 public:
  /// 0 = state is kept for ever.
  explicit ExpiryQueue(int64_t ttl_ms) : ttl_ms_(ttl_ms) {}

  bool has_ttl() const { return ttl_ms_ > 0; }
  bool has_expired(const KeyAge& age, TimestampMs wall_ms) const {
    return has_ttl() && age.touched != KeyAge::unknown && age.touched + ttl_ms_ <= wall_ms;
  }
  /// When drop_due() or drop_due_by() has something to look at; timestamp_max if nothing waits.
  TimestampMs next_time() const { return queue_.empty() ? timestamp_max : queue_.front().first + ttl_ms_; }

  /// A row of the key came.
  void touch(KeyAge& age, const Key& key, TimestampMs wall_ms) {
    if (!has_ttl()) return;
    age.touched = wall_ms;
    if (age.queued == KeyAge::unknown) queue(age, key);
  }

  /// A key as the last commit has it, in any order; sort() follows the last.
  void restore(KeyAge& age, const Key& key) {
    if (has_ttl()) queue(age, key);
  }
  void sort() { std::ranges::sort(queue_); }

  /// `find(key)` gives the key's KeyAge*, null if the key is gone; `drop(key)` is called for those that expired. One
  /// that came before a time to live was set has all of it from now on.
  template <class Find, class Drop>
  void drop_due_by(TimestampMs wall_ms, Find&& find, Drop&& drop) {
    while (next_time() <= wall_ms) {
      const auto [queued, key] = std::move(queue_.front());
      queue_.pop_front();
      KeyAge* const age = find(key);
      // Otherwise the key was dropped and came anew.
      if (age == nullptr || age->queued != queued) continue;
      if (has_expired(*age, wall_ms)) {
        drop(key);
        continue;
      }
      if (age->touched == KeyAge::unknown) age->touched = wall_ms;
      queue(*age, key);
    }
  }

  /// The same for state in a map of things with an `age`; `drop` is given the iterator and erases it.
  template <class Map, class Drop>
  void drop_due(TimestampMs wall_ms, Map& keys, Drop&& drop) {
    const auto find = [&](const Key& key) {
      const auto found = keys.find(key);
      return found == keys.end() ? nullptr : &found->second.age;
    };
    drop_due_by(wall_ms, find, [&](const Key& key) { drop(keys.find(key)); });
  }

 private:
  void queue(KeyAge& age, const Key& key) {
    age.queued = age.touched;
    queue_.emplace_back(age.queued, key);
  }

  int64_t ttl_ms_;
  std::deque<std::pair<TimestampMs, Key>> queue_;
};

}  // namespace azud::stream
