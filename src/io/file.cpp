#include "io/file.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace azud::io {

namespace {

std::unexpected<Error> last_error(const char* what, const std::filesystem::path& path) {
  return std::unexpected(errno_error(fmt::format("{} {}", what, path.string()), errno));
}

class RealFile final : public File {
 public:
  RealFile(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
  RealFile(const RealFile&) = delete;
  RealFile& operator=(const RealFile&) = delete;
  ~RealFile() override { ::close(descriptor_); }

  Result<std::size_t> read_at(uint64_t at, char* to, std::size_t size) const override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t n = ::pread(descriptor_, to + done, size - done, static_cast<off_t>(at + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return last_error("read", path_);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  Status write_at(uint64_t at, std::span<const ByteView> pieces) override {
    std::size_t skip = 0;  // bytes of pieces[0] already written
    while (!pieces.empty()) {
      std::array<iovec, 64> vectors;
      const std::size_t count = std::min(pieces.size(), vectors.size());
      for (std::size_t i = 0; i < count; ++i) {
        const ByteView piece = i == 0 ? pieces[0].substr(skip) : pieces[i];
        vectors[i] = {const_cast<char*>(piece.data()), piece.size()};
      }
      const ssize_t n = ::pwritev(descriptor_, vectors.data(), static_cast<int>(count), static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return last_error("write", path_);
      at += static_cast<uint64_t>(n);
      skip += static_cast<std::size_t>(n);
      while (!pieces.empty() && skip >= pieces[0].size()) {
        skip -= pieces[0].size();
        pieces = pieces.subspan(1);
      }
    }
    return {};
  }

  Status sync() override {
    if (::fdatasync(descriptor_) != 0) return last_error("sync", path_);
    return {};
  }

  void start_writing() override { (void)::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE); }

  void write_out() override {
    (void)::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
  }

  Status allocate(uint64_t bytes) override {
    while (::fallocate(descriptor_, 0, 0, static_cast<off_t>(bytes)) != 0) {
      if (errno == EINTR) continue;
      if (errno != EOPNOTSUPP && errno != ENOSYS) return last_error("set aside room for", path_);
      // A file system without the call: only the size is set, and a full disk shows at the write.
      TRY_ASSIGN(const uint64_t now, size());
      return now < bytes ? truncate(bytes) : Status{};
    }
    return {};
  }

  Status truncate(uint64_t bytes) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) return last_error("truncate", path_);
    return {};
  }

  Result<uint64_t> size() const override {
    struct stat info{};
    if (::fstat(descriptor_, &info) != 0) return last_error("look at", path_);
    return static_cast<uint64_t>(info.st_size);
  }

 private:
  int descriptor_;
  std::filesystem::path path_;
};

class RealLock final : public FileLock {
 public:
  explicit RealLock(int descriptor) : descriptor_(descriptor) {}
  RealLock(const RealLock&) = delete;
  RealLock& operator=(const RealLock&) = delete;
  ~RealLock() override { ::close(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

Status File::read_exactly(uint64_t at, char* to, std::size_t size) const {
  TRY_ASSIGN(const std::size_t got, read_at(at, to, size));
  if (got < size) return fail(Code::corrupt, "the file ends at byte {}, wanted up to {}", at + got, at + size);
  return {};
}

Status File::write_in_background(uint64_t at, std::span<const ByteView> pieces) {
  std::vector<ByteView> some;
  std::size_t bytes = 0;
  const auto write = [&]() -> Status {
    TRY(write_at(at, some));
    write_out();
    at += bytes;
    some.clear();
    bytes = 0;
    return {};
  };
  for (ByteView piece : pieces) {
    while (!piece.empty()) {
      some.push_back(piece.substr(0, background_piece_bytes - bytes));
      bytes += some.back().size();
      piece.remove_prefix(some.back().size());
      if (bytes == background_piece_bytes) TRY(write());
    }
  }
  return some.empty() ? Status() : write();
}

Status FileSystem::remove_if_there(const Path& path) {
  auto removed = remove(path);
  if (!removed && removed.error().code() == Code::not_found) return {};
  return removed;
}

Result<std::string> FileSystem::read_file(const Path& path) {
  TRY_ASSIGN(const auto file, open(path, OpenMode::read));
  TRY_ASSIGN(const uint64_t size, file->size());
  std::string bytes(size, '\0');
  TRY(file->read_exactly(0, bytes.data(), bytes.size()));
  return bytes;
}

Status FileSystem::replace_file(const Path& path, ByteView bytes) {
  Path fresh = path;
  fresh += ".new";
  TRY_ASSIGN(const auto file, open(fresh, OpenMode::create));
  TRY(file->write_at(0, bytes));
  TRY(file->sync());
  TRY(rename(fresh, path));
  return sync_directory(path.parent_path());
}

Result<std::unique_ptr<File>> RealFileSystem::open(const Path& path, OpenMode mode) {
  int flags = O_CLOEXEC;
  if (mode == OpenMode::read) flags |= O_RDONLY;
  if (mode == OpenMode::update) flags |= O_RDWR;
  if (mode == OpenMode::write) flags |= O_RDWR | O_CREAT;
  if (mode == OpenMode::create) flags |= O_RDWR | O_CREAT | O_TRUNC;
  int descriptor;
  do descriptor = ::open(path.c_str(), flags, 0644);
  while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return last_error("open", path);
  return std::make_unique<RealFile>(descriptor, path);
}

Status RealFileSystem::rename(const Path& from, const Path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return last_error("rename", from);
  return {};
}

Status RealFileSystem::remove(const Path& path) {
  if (::unlink(path.c_str()) == 0) return {};
  if ((errno == EISDIR || errno == EPERM) && ::rmdir(path.c_str()) == 0) return {};
  return last_error("remove", path);
}

Result<std::vector<std::string>> RealFileSystem::list(const Path& directory) {
  DIR* open_directory = ::opendir(directory.c_str());
  if (open_directory == nullptr) return last_error("list", directory);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(open_directory)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int error_number = errno;
  ::closedir(open_directory);
  if (error_number != 0) return std::unexpected(errno_error("list " + directory.string(), error_number));
  std::sort(names.begin(), names.end());
  return names;
}

Status RealFileSystem::create_directories(const Path& directory) {
  if (directory.empty() || ::mkdir(directory.c_str(), 0755) == 0) {
    return directory.has_parent_path() ? sync_directory(directory.parent_path()) : Status{};
  }
  if (errno == EEXIST) {
    struct stat info{};
    if (::stat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
    return fail(Code::already_exists, "{} is there and is not a directory", directory.string());
  }
  if (errno != ENOENT || !directory.has_parent_path() || directory.parent_path() == directory) {
    return last_error("make directory", directory);
  }
  TRY(create_directories(directory.parent_path()));
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) return last_error("make directory", directory);
  return sync_directory(directory.parent_path());
}

Status RealFileSystem::sync_directory(const Path& directory) {
  const Path path = directory.empty() ? Path(".") : directory;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return last_error("open directory", path);
  const int result = ::fsync(descriptor);
  const int error_number = errno;
  ::close(descriptor);
  // Some file systems (of networks and containers) cannot sync a directory and say so.
  if (result != 0 && error_number != EINVAL) {
    return std::unexpected(errno_error("sync directory " + path.string(), error_number));
  }
  return {};
}

Result<uint64_t> RealFileSystem::free_bytes(const Path& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) return last_error("look at the file system of", path);
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

Result<std::unique_ptr<FileLock>> RealFileSystem::lock(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return last_error("open", path);
  auto held = std::make_unique<RealLock>(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return held;
  if (errno == EWOULDBLOCK) return fail(Code::unavailable, "another process holds {}", path.string());
  return last_error("lock", path);
}

}  // namespace azud::io
