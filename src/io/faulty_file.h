#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "io/file.h"

namespace azud::io {

/// A file system in memory, for tests, that knows what of it would outlive a power cut: file contents up to the last
/// sync(), names up to the last sync_directory(). What is not synced may be lost, kept or torn at 512-byte sectors, in
/// any order between files and sectors. It can also fail on purpose. Directories themselves are durable at once.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(uint64_t seed = 1);
  ~FaultyFileSystem() override;

  Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) override;
  Status rename(const Path& from, const Path& to) override;
  Status remove(const Path& path) override;
  Result<std::vector<std::string>> list(const Path& directory) override;
  Status create_directories(const Path& directory) override;
  Status sync_directory(const Path& directory) override;
  Result<uint64_t> free_bytes(const Path& path) override;
  Result<std::unique_ptr<FileLock>> lock(const Path& path) override;

  /// Operations so far that change or sync something: what the calls below count.
  uint64_t operations() const;
  /// The n-th such operation from now (1 = the next) is cut short by a loss of power; all after it fail.
  void cut_power_at(uint64_t n);
  /// The n-th such operation from now fails with `code` (io or storage_full). A write may get half way; what a failed
  /// sync was to make durable never will be.
  void fail_at(uint64_t n, Code code);
  /// Every write, allocation or sync of files whose path contains `part` fails with `code`; an empty `part` ends it.
  void fail_matching(std::string part, Code code);
  /// Room for all files together; writes and allocations past it fail with storage_full. 0: no limit.
  void set_capacity(uint64_t bytes);
  /// Called before each sync of a file, outside of all locks.
  void set_before_sync(std::function<void(const Path&)> hook);

  void cut_power();
  bool power_is_off() const;
  /// The machine starts again: what was not durable is lost, kept or torn, by the seed. Handles from before are dead.
  void restart();
  /// As after kill -9: nothing is lost, handles and locks from before are dead. Power that was cut is on again.
  void restart_process();

 private:
  struct Change;
  struct Node;
  struct NameChange;
  struct Directory;
  class OpenFile;
  class HeldLock;

  Status step(const Path& path, bool& cut) AZUD_REQUIRES(mutex_);
  Status write(Node& node, const Path& path, uint64_t at, std::span<const ByteView> pieces);
  Status resize(Node& node, const Path& path, uint64_t bytes, bool allocate);
  Status sync(Node& node, const Path& path);
  Status make_room(const Node& node, uint64_t size) AZUD_REQUIRES(mutex_);
  uint64_t used_bytes() const AZUD_REQUIRES(mutex_);
  void settle(Node& node) AZUD_REQUIRES(mutex_);
  void settle_names(Directory& directory) AZUD_REQUIRES(mutex_);
  Directory* find_directory(const Path& path) AZUD_REQUIRES(mutex_);
  static void apply_whole(const Change& change, std::string& content);
  static void apply(const NameChange& change, std::map<std::string, std::shared_ptr<Node>>& names);

  mutable Mutex mutex_;
  std::mt19937_64 random_ AZUD_GUARDED_BY(mutex_);
  std::map<std::string, Directory> directories_ AZUD_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> locks_ AZUD_GUARDED_BY(mutex_);  ///< path to the generation that holds it
  uint64_t generation_ AZUD_GUARDED_BY(mutex_) = 1;
  uint64_t operations_ AZUD_GUARDED_BY(mutex_) = 0;
  uint64_t cut_at_ AZUD_GUARDED_BY(mutex_) = 0;
  uint64_t fail_at_ AZUD_GUARDED_BY(mutex_) = 0;
  Code fail_code_ AZUD_GUARDED_BY(mutex_) = Code::io;
  std::string failing_part_ AZUD_GUARDED_BY(mutex_);
  Code failing_code_ AZUD_GUARDED_BY(mutex_) = Code::io;
  uint64_t capacity_ AZUD_GUARDED_BY(mutex_) = 0;
  bool power_off_ AZUD_GUARDED_BY(mutex_) = false;
  std::function<void(const Path&)> before_sync_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::io
