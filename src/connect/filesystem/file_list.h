#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "base/time.h"

namespace azud::connect {

struct FoundFile {
  std::string path;
  uint64_t size = 0;
  TimestampMs modified_ms = 0;

  std::string name() const { return std::filesystem::path(path).filename().string(); }
};

/// The files that a table reads: `path` itself, or all below it, by path; names that begin with "." or "_" are left
/// out. `pattern`: a regular expression that whole paths must match. `not_found` if there is no such file or directory.
Result<std::vector<FoundFile>> find_files(const std::string& path, const std::optional<std::string>& pattern);

/// A record's place in the files of a source, as one number.
struct FilePlace {
  std::size_t file = 0;  ///< into OpenedFiles
  uint64_t offset = 0;

  static constexpr int offset_bits = 40;
  int64_t packed() const { return static_cast<int64_t>(static_cast<uint64_t>(file) << offset_bits | offset); }
  static FilePlace unpack(int64_t packed) {
    const auto bits = static_cast<uint64_t>(packed);
    return {.file = bits >> offset_bits, .offset = bits & ((uint64_t{1} << offset_bits) - 1)};
  }
};

/// The files that a source has begun to read; decoders on other threads ask for them.
class OpenedFiles {
 public:
  std::size_t add(FoundFile file) {
    const MutexLock lock(mutex_);
    files_.push_back(std::make_shared<const FoundFile>(std::move(file)));
    return files_.size() - 1;
  }
  std::shared_ptr<const FoundFile> at(std::size_t index) const {
    const MutexLock lock(mutex_);
    return files_[index];
  }

 private:
  mutable Mutex mutex_;
  std::deque<std::shared_ptr<const FoundFile>> files_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::connect
