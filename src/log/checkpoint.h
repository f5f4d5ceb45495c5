#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "io/file.h"
#include "log/job_files.h"
#include "log/journal.h"
#include "log/stamp_clock.h"
#include "log/state.h"

namespace azud::log {

/// What a checkpoint says of the log as a whole.
struct CheckpointHead {
  uint64_t number = 0;
  JournalPosition position;  ///< entries from here on are to be applied to it; some of them may be in it already
  TimestampMs stamp = 0;     ///< the newest time of an entry
  LeaderEpoch epoch;
  int64_t producer_ids_end = 0;
  TopicNumber next_topic;
};
template <class F>
bool fields(CheckpointHead& h, F&& f) {
  return f(h.number) && f(h.position.next) && f(h.position.file) && f(h.position.offset) && f(h.position.chain) &&
         f(h.stamp) && f(h.epoch) && f(h.producer_ids_end) && f(h.next_topic);
}

/// Collects the state, makes what it names durable, and writes it to `<directory>/<20-digit number>.checkpoint`
/// (docs/formats/checkpoint.md), while entries go on being applied: a checkpoint holds all that was applied before
/// `head.position`, and perhaps some of what came after. `before_publishing` is called when all is collected.
Status write_checkpoint(io::FileSystem& files, const std::filesystem::path& directory, CheckpointHead head,
                        State& state, const std::function<Status()>& before_publishing);

/// The numbers of the checkpoints in `directory`, ascending.
Result<std::vector<uint64_t>> list_checkpoints(io::FileSystem& files, const std::filesystem::path& directory);
Status remove_checkpoint(io::FileSystem& files, const std::filesystem::path& directory, uint64_t number);
/// The head of a checkpoint, all of which was found to be whole.
Result<CheckpointHead> read_checkpoint_head(io::FileSystem& files, const std::filesystem::path& directory,
                                            uint64_t number);

/// Fills `state` from the newest checkpoint that is whole. Nothing if there is none at all; `corrupt` if there are some
/// and none is whole.
Result<std::optional<CheckpointHead>> restore_newest_checkpoint(io::FileSystem& files,
                                                                const std::filesystem::path& directory, State& state);

}  // namespace azud::log
