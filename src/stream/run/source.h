#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/unique_function.h"
#include "data/batch.h"
#include "log/write_batch.h"

namespace azud::stream {

/// One ordered part of a source: a topic's partition, a file, a generator. Watermarks are kept per split.
struct Split {
  std::size_t scan = 0;  ///< which of the scans that the source was opened for
  std::string name;      ///< "ENTRY-3": stable across restarts, names its position in commits, shown to users
  /// Its record timestamps follow Poll::clock (a LogAppendTime topic of the embedded log).
  bool follows_clock = false;
};

/// A stretch of one split as it was read, not decoded yet. What the fields mean is between a source and its decoders.
struct Piece {
  uint32_t split = 0;  ///< index into Source::splits()
  int64_t first = 0;   ///< position of the first record to take (an offset, a row number)
  int64_t end = 0;     ///< position after the last one
  SharedBytes bytes;
};

/// A record that could not be decoded: it is kept aside, and the stream goes on.
struct Rejected {
  uint32_t split = 0;
  int64_t position = 0;
  TimestampMs timestamp = -1;
  std::optional<SharedBytes> key;
  std::optional<SharedBytes> value;
  std::string reason;
};

/// Pieces into rows. Owned and called by one worker; several decoders of a source run at the same time.
class Decoder {
 public:
  virtual ~Decoder() = default;

  struct Decoded {
    data::Batch rows;            ///< the columns of ScanNode::read, in that order
    std::vector<uint32_t> ends;  ///< for each piece: how many of `rows` there are up to its end
    std::vector<Rejected> rejected;
  };
  /// All pieces are of one scan, in the order of their arrival. An error stops the job: it is for tables that say so
  /// ('json.ignore-parse-errors' = 'false' in strict mode); what can be kept aside goes to `rejected`.
  virtual Result<Decoded> decode(std::span<const Piece> pieces) = 0;
};

/// Everything that one connector reads for one job, so that it can keep the order of arrival over all its tables.
/// `poll` and what follows it are called by one thread.
class Source {
 public:
  virtual ~Source() = default;

  /// The splits known; more may be added at the end by `poll` (new partitions), none goes away.
  virtual const std::vector<Split>& splits() const = 0;

  struct Poll {
    /// In the order of arrival over all splits. A piece holds at most 2^20 rows.
    std::vector<Piece> pieces;
    /// No record after these pieces, of any split that follows the clock, has a timestamp <= this.
    std::optional<TimestampMs> clock;
    /// Splits that will never give anything again (bounded scans).
    std::vector<uint32_t> ended;
    /// All that there was at the call has been returned: wait before the next poll.
    bool at_end = false;
    /// With `at_end`: poll again after this long even if `wake` was not called (generators with a rate); nothing = wait
    /// for `wake`.
    std::optional<int64_t> again_after_us;
  };
  /// About `bytes_max` bytes, at least one piece if there is one. Does not block.
  virtual Result<Poll> poll(std::size_t bytes_max) = 0;

  /// `wake` is called once, from any thread, when there is something to poll (at once if there already is). A later
  /// call replaces an earlier one.
  virtual void notify(UniqueFunction<void()> wake) = 0;

  /// Where `split` stands after the last poll; given back to Connectors::open_sources when the job goes on.
  virtual std::string position(uint32_t split) const = 0;

  /// A decoder for the splits of a scan.
  virtual Result<std::unique_ptr<Decoder>> make_decoder(std::size_t scan) = 0;

  /// What shall become durable together with the positions: dead letters of `rejected`, a group's offsets for display.
  virtual Status commit_into(std::span<const Rejected> rejected, log::WriteBatch& commit) = 0;
};

}  // namespace azud::stream
