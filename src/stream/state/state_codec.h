#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "stream/state/key_group.h"

namespace azud::stream {

/// What a commit or a snapshot of a job says (docs/formats/job.md has the file around it): where its sources stand, its
/// watermarks, and the entries of its operators.
struct JobState {
  std::map<std::string, std::string> positions;   ///< "<scan id>/<split>" to Source::position
  std::map<std::string, TimestampMs> splits;      ///< the same names, to the split's watermark
  std::map<std::string, TimestampMs> watermarks;  ///< by node id
  std::map<std::string, std::string> entries;     ///< by node id: what StateWriter wrote
};

/// Version byte 1; numbers as varints, times zig-zag.
std::string encode(const JobState& state);

/// A JobState as read: its entries, most of the bytes, stay where they are. Does not outlive those bytes.
struct JobStateView {
  std::map<std::string, std::string> positions;
  std::map<std::string, TimestampMs> splits;
  std::map<std::string, TimestampMs> watermarks;
  std::map<std::string, ByteView> entries;
};
/// `corrupt` for bytes that encode() did not make.
Result<JobStateView> decode_job_state(ByteView bytes);

/// One entry of JobState::entries after the other.
class StateReader {
 public:
  explicit StateReader(ByteView entries) : left_(entries) {}
  struct Entry {
    KeyGroup group;
    ByteView payload;
  };
  /// Nothing at the end; `corrupt` if the bytes break off.
  Result<std::optional<Entry>> next();

 private:
  ByteView left_;
};

}  // namespace azud::stream
