#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "io/file.h"
#include "log/entry.h"
#include "log/ids.h"

namespace azud::log {

inline constexpr std::size_t journal_header_bytes = 32;

/// Between two entries of the journal.
struct JournalPosition {
  Sequence next{1};     ///< of the entry that stands or will stand here
  Sequence file{1};     ///< the file's first entry, its name
  uint64_t offset = 0;  ///< in the file; 0: the file does not exist yet
  uint32_t chain = 0;   ///< checksum of the entry before
};

/// `<20 digits>.journal`.
std::string journal_file_name(Sequence first);
/// The first sequences of the journal files in `directory`, ascending.
Result<std::vector<Sequence>> list_journal_files(io::FileSystem& files, const std::filesystem::path& directory);

/// Writes journal files (docs/formats/journal.md). Owned by the writer's thread, except where said.
class Journal {
 public:
  Journal(io::FileSystem& files, std::filesystem::path directory, uint64_t file_bytes);

  /// Goes on at `at`, where recovery ended.
  Status start(const JournalPosition& at);

  /// Where the next group begins.
  const JournalPosition& position() const { return at_; }
  /// Writes a group of entries, the first of which is position().next, in a new file if need be. After a failure the
  /// file is given up: the next write goes to a new one, which takes the place of whatever was left behind here.
  Status write(ByteView group);
  /// Makes durable what was written. A failure as above.
  Status sync();
  /// The group just written counts: the next begins with `next`, after an entry with checksum `chain`.
  void advance(Sequence next, uint32_t chain);

  // For a background thread.

  /// Has an empty file ready for when the current one is full. With it, the journal can go on for a while on a full
  /// disk.
  Status prepare_spare();
  bool has_spare() const { return spare_count_ > 0; }
  /// Lets go of the files before the one that begins with `first`. As many spares are kept as files went: a file system
  /// that frees large files makes syncs wait for it (discard), and a file that was written before syncs faster.
  Status drop_before(Sequence first);

 private:
  Status roll(std::size_t room);
  Result<std::unique_ptr<io::File>> next_file(const std::filesystem::path& path, uint64_t size)
      AZUD_REQUIRES(spare_mutex_);
  Status find_spares() AZUD_REQUIRES(spare_mutex_);
  std::filesystem::path new_spare_path() AZUD_REQUIRES(spare_mutex_);
  Result<bool> is_reusable(const std::filesystem::path& path) const;

  io::FileSystem& files_;
  std::filesystem::path directory_;
  uint64_t file_bytes_;
  std::unique_ptr<io::File> file_;
  uint64_t file_size_ = 0;
  JournalPosition at_;
  std::size_t group_bytes_ = 0;  ///< of the group written and not yet advanced over
  bool unsynced_ = false;
  bool given_up_ = false;
  Mutex spare_mutex_;  ///< held while spares are made or taken
  std::vector<std::filesystem::path> spares_ AZUD_GUARDED_BY(spare_mutex_);
  uint64_t spares_named_ AZUD_GUARDED_BY(spare_mutex_) = 0;
  std::atomic<std::size_t> spare_count_ = 0;
};

/// Reads the journal from a position to its end, as recovery does.
class JournalReader {
 public:
  JournalReader(io::FileSystem& files, std::filesystem::path directory, JournalPosition from);

  /// The next entry, or nothing at the end: where the last group that was written whole ends. `corrupt` if entries are
  /// missing before that.
  Result<std::optional<Entry>> next();
  /// After the entries read so far.
  const JournalPosition& position() const { return at_; }

 private:
  Status open_file(Sequence first);
  Result<bool> next_file();
  Status fill(std::size_t wanted);

  io::FileSystem& files_;
  std::filesystem::path directory_;
  JournalPosition at_;
  std::optional<std::vector<Sequence>> names_;
  std::unique_ptr<io::File> file_;
  uint64_t file_size_ = 0;
  SharedBytes chunk_;  ///< from at_.offset on
};

}  // namespace azud::log
