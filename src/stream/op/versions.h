#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/result.h"
#include "base/time.h"
#include "stream/op/encoded_key_hash.h"
#include "stream/state/state_writer.h"

namespace azud::stream {

/// The versions of a table's rows by key: which row was valid when. Rows are kept as bytes (data/row_codec.h).
///
/// As state a version is written once, in the order of their coming; which ones are gone follows from the committed
/// watermark.
class Versions {
 public:
  /// `row` is valid from `time` on; an empty row means that there is none.
  void set(ByteView key, TimestampMs time, ByteView row);
  /// From when on the latest version of the key is valid; timestamp_min if there is none.
  TimestampMs newest_time(ByteView key) const;
  /// Takes back the version that came last, as a tombstone does: from its own time on there is none.
  void remove_newest(ByteView key);
  /// The row valid at `time`: empty if there is none, or if it had expired at this watermark.
  ByteView at(ByteView key, TimestampMs time, TimestampMs watermark = timestamp_min) const;
  /// Forgets the versions that no time after `watermark` can ask for.
  void expire(TimestampMs watermark);

  void write_changes(StateWriter& writer, char tag);
  void write_all(StateWriter& writer, char tag);
  /// What write_changes or write_all wrote, in that order; expire() with the committed watermark follows the last.
  Status read(ByteView payload);

  std::size_t size() const { return keys_.size(); }
  uint64_t state_bytes() const { return bytes_; }

 private:
  struct Version {
    TimestampMs time;
    std::string row;
  };
  /// The row of that very time, empty if there is none any more.
  static ByteView row_of(const std::vector<Version>& versions, TimestampMs time);
  /// The time of the version that came last; the version itself may have been superseded and forgotten.
  TimestampMs newest_of(ByteView key, const std::vector<Version>& versions) const;

  using Keys = absl::flat_hash_map<std::string, std::vector<Version>, EncodedKeyHash, std::equal_to<>>;

  Keys keys_;
  std::vector<std::string> expiring_;  ///< keys with more than one version, or none; some of them perhaps twice
  /// The time of the version that came last, of keys where it is not the latest one.
  absl::flat_hash_map<std::string, TimestampMs, EncodedKeyHash, std::equal_to<>> newest_;
  struct Change {
    std::string key;
    TimestampMs time;
  };
  std::vector<Change> changes_;
  TimestampMs expired_to_ = std::numeric_limits<TimestampMs>::min();  ///< the last watermark of expire()
  uint64_t bytes_ = 0;
};

}  // namespace azud::stream
