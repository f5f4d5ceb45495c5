#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "io/clock.h"
#include "log/log.h"

namespace azud::connect {

/// A message that nobody could use, with what is known about it.
struct DeadLetter {
  std::string source;      ///< who tried: a table, a listener
  std::string topic;       ///< the topic that it was in or meant for
  int32_t partition = -1;  ///< -1: it was never in a topic
  int64_t offset = -1;
  TimestampMs timestamp = -1;  ///< of the record; -1: unknown
  std::optional<SharedBytes> key;
  std::optional<SharedBytes> value;
  std::string reason;
};

/// Keeps dead letters: a record in topic `<topic>.dlq` with the bytes as they were, and headers `azud.reason`,
/// `azud.source`, `azud.topic`, `azud.time` (ms, when it was given up) and, where known, `azud.partition`,
/// `azud.offset`, `azud.timestamp`. The topic is made when it is first needed. Thread-safe.
class DeadLetters {
 public:
  DeadLetters(log::Log& log, const io::Clock& clock) : log_(log), clock_(clock) {}

  /// "<topic>.dlq"; for what is no topic, such as a table of files, with "_" for what a topic's name cannot hold.
  static std::string topic_of(std::string_view topic);

  /// Record batches of about 1 MiB at most, stamped with the clock's time.
  std::vector<SharedBytes> encode(std::span<const DeadLetter> letters) const;

  using PartitionDone = UniqueFunction<void(Result<log::PartitionPtr>)>;
  /// Where the dead letters of `topic` go. `done` is called at once or on the journal's thread.
  void partition_of(std::string_view topic, PartitionDone done) const;

  /// Adds the letters to a commit; all of one topic. Waits for the topic to be made, so never on the journal's thread.
  Status add_to(log::WriteBatch& commit, std::string_view topic, std::span<const DeadLetter> letters) const;

 private:
  log::Log& log_;
  const io::Clock& clock_;
};

}  // namespace azud::connect
