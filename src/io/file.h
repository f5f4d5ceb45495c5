#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace azud::io {

inline constexpr std::size_t background_piece_bytes = 512 << 10;

/// One open file. Reads may run beside each other and beside writes; writes and the rest are for one thread at a time.
class File {
 public:
  virtual ~File() = default;

  /// Reads up to `size` bytes at `at`; fewer only at the end of the file.
  virtual Result<std::size_t> read_at(uint64_t at, char* to, std::size_t size) const = 0;
  /// Writes all of `pieces`, one after the other, or fails; after a failure any part may have been written.
  virtual Status write_at(uint64_t at, std::span<const ByteView> pieces) = 0;
  Status write_at(uint64_t at, ByteView bytes) { return write_at(at, std::span(&bytes, 1)); }
  /// Returns when what was written, and the size, are on the medium (fdatasync). After a failure nothing is known of
  /// what was written since the last success, and repeating the call proves nothing.
  virtual Status sync() = 0;
  /// Has the system begin to write what it holds of the file, so that a later sync waits for less. Only a hint.
  virtual void start_writing() {}
  /// Has the system write what it holds of the file and waits for that, which says nothing about durability.
  virtual void write_out() {}
  /// Makes the file at least `bytes` long with room set aside for all of it, so that writing there needs no more.
  virtual Status allocate(uint64_t bytes) = 0;
  virtual Status truncate(uint64_t bytes) = 0;
  virtual Result<uint64_t> size() const = 0;

  /// Exactly `size` bytes at `at`; `corrupt` if the file ends before.
  Status read_exactly(uint64_t at, char* to, std::size_t size) const;
  /// As write_at, for much that nobody waits for: each piece of `background_piece_bytes` has gone to the disk before
  /// the next is written, so that a sync of another file never waits for more than one of them.
  Status write_in_background(uint64_t at, std::span<const ByteView> pieces);
};

enum class OpenMode : uint8_t {
  read,    ///< must exist
  update,  ///< read and write, must exist
  write,   ///< read and write, made if missing
  create,  ///< read and write, emptied if it exists
};

/// Held as long as the object lives.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// The part of a file system that azud builds on, so that tests can give one that fails on purpose. Thread-safe.
class FileSystem {
 public:
  using Path = std::filesystem::path;
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) = 0;
  /// Replaces `to`. Durable after sync_directory, like every change of names below.
  virtual Status rename(const Path& from, const Path& to) = 0;
  virtual Status remove(const Path& path) = 0;
  /// A file or an empty directory is gone afterwards; a missing one is no error.
  Status remove_if_there(const Path& path);
  /// The names (not paths) in a directory, sorted; `not_found` if there is no such directory.
  virtual Result<std::vector<std::string>> list(const Path& directory) = 0;
  /// With its parents; none of it need be missing. Syncs the directories that got a new entry.
  virtual Status create_directories(const Path& directory) = 0;
  virtual Status sync_directory(const Path& directory) = 0;
  /// Room left for this process.
  virtual Result<uint64_t> free_bytes(const Path& path) = 0;
  /// `unavailable` while another process (or another lock of this one) holds it.
  virtual Result<std::unique_ptr<FileLock>> lock(const Path& path) = 0;

  /// All of a file. `not_found` if missing.
  Result<std::string> read_file(const Path& path);
  /// Replaces `path` by `bytes` so that after a power cut it holds either the old or the new content, whole.
  Status replace_file(const Path& path, ByteView bytes);
};

/// The machine's.
class RealFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) override;
  Status rename(const Path& from, const Path& to) override;
  Status remove(const Path& path) override;
  Result<std::vector<std::string>> list(const Path& directory) override;
  Status create_directories(const Path& directory) override;
  Status sync_directory(const Path& directory) override;
  Result<uint64_t> free_bytes(const Path& path) override;
  Result<std::unique_ptr<FileLock>> lock(const Path& path) override;
};

}  // namespace azud::io
