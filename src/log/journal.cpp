#include "log/journal.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/crc.h"
#include "base/endian.h"
#include "base/logging.h"

namespace azud::log {

namespace {

constexpr std::string_view suffix = ".journal";
constexpr std::string_view spare_suffix = ".spare";
constexpr std::string_view magic = "AZUDJRNL";
constexpr uint32_t file_version = 1;
constexpr std::size_t chunk_bytes = 1 << 20;
/// Of a file that is needed at once, because no spare is ready.
constexpr uint64_t hurried_file_bytes = 4 << 20;

// The file header: magic, u32 version, u32 chain, u64 first sequence, u32 zero, u32 crc of what stands before.

std::string file_header(Sequence first, uint32_t chain) {
  std::string header(magic);
  append_little<uint32_t>(header, file_version);
  append_little<uint32_t>(header, chain);
  append_little<uint64_t>(header, first.value());
  append_little<uint32_t>(header, 0);
  append_little<uint32_t>(header, crc32c(header));
  return header;
}

/// False for a header that was never finished.
Result<bool> read_header(const io::File& file, Sequence first, uint32_t& chain) {
  char header[journal_header_bytes];
  TRY_ASSIGN(const std::size_t got, file.read_at(0, header, sizeof header));
  if (got < sizeof header) return false;
  if (load_little<uint32_t>(header + 28) != crc32c(ByteView(header, 28))) return false;
  if (ByteView(header, magic.size()) != magic || load_little<uint64_t>(header + 16) != first.value()) return false;
  if (const auto version = load_little<uint32_t>(header + 8); version != file_version) {
    return fail(Code::unsupported, "journal file {} has version {}, this azud knows {}", journal_file_name(first),
                version, file_version);
  }
  chain = load_little<uint32_t>(header + 12);
  return true;
}

/// Zeros up to `bytes`. Room that was only set aside would do for space, but each sync of a first write there must wait
/// for the file system to note that it was written, and with it for everybody else's changes.
/// A page at a time: what is written in one call the system keeps as one piece (large folios), and a small entry would
/// make all of that piece dirty.
Status fill_with_zeros(io::File& file, uint64_t bytes) {
  constexpr std::size_t page_bytes = 4096;
  const std::string zeros(page_bytes, '\0');
  TRY(file.allocate(bytes));
  for (uint64_t at = 0; at < bytes; at += zeros.size()) {
    TRY(file.write_at(at, ByteView(zeros).substr(0, bytes - at)));
    if (at % io::background_piece_bytes == 0) file.write_out();
  }
  return {};
}

}  // namespace

std::string journal_file_name(Sequence first) { return fmt::format("{:020}{}", first.value(), suffix); }

Result<std::vector<Sequence>> list_journal_files(io::FileSystem& files, const std::filesystem::path& directory) {
  TRY_ASSIGN(const auto names, files.list(directory));
  std::vector<Sequence> sequences;
  for (const std::string& name : names) {
    if (name.size() != 20 + suffix.size() || !name.ends_with(suffix)) continue;
    uint64_t first = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + 20, first);
    if (parsed.ec == std::errc() && parsed.ptr == name.data() + 20) sequences.emplace_back(first);
  }
  return sequences;
}

Journal::Journal(io::FileSystem& files, std::filesystem::path directory, uint64_t file_bytes)
    : files_(files), directory_(std::move(directory)), file_bytes_(file_bytes) {}

/// Takes over the spares of an earlier run; what it did not finish goes.
Status Journal::find_spares() {
  TRY_ASSIGN(const auto names, files_.list(directory_));
  for (const std::string& name : names) {
    if (name.ends_with(".new")) TRY(files_.remove(directory_ / name));
    if (!name.ends_with(spare_suffix)) continue;
    TRY_ASSIGN(const bool reusable, is_reusable(directory_ / name));
    if (!reusable) {
      TRY(files_.remove(directory_ / name));
      continue;
    }
    spares_.push_back(directory_ / name);
    uint64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    spares_named_ = std::max(spares_named_, number);
  }
  spare_count_ = spares_.size();
  return {};
}

std::filesystem::path Journal::new_spare_path() {
  return directory_ / fmt::format("{}{}", ++spares_named_, spare_suffix);
}

Result<bool> Journal::is_reusable(const std::filesystem::path& path) const {
  TRY_ASSIGN(const auto file, files_.open(path, io::OpenMode::read));
  TRY_ASSIGN(const uint64_t size, file->size());
  return size == file_bytes_;
}

Status Journal::start(const JournalPosition& at) {
  at_ = at;
  {
    const MutexLock lock(spare_mutex_);
    TRY(find_spares());
  }
  // A file whose first entry is still to come was made just before a power cut and holds nothing.
  TRY_ASSIGN(const auto names, list_journal_files(files_, directory_));
  for (const Sequence first : names) {
    if (first < at_.next || (first == at_.file && at_.offset > 0)) continue;
    TRY(files_.remove(directory_ / journal_file_name(first)));
    TRY(files_.sync_directory(directory_));
  }
  if (at_.offset == 0) return roll(0);
  TRY_ASSIGN(file_, files_.open(directory_ / journal_file_name(at_.file), io::OpenMode::write));
  TRY_ASSIGN(file_size_, file_->size());
  // What a killed process wrote and did not sync was recovered: it must not be lost after it has been seen.
  return file_->sync();
}

/// A file of at least `size` bytes that will be called `path`: a spare, if it is large enough, or a new one.
Result<std::unique_ptr<io::File>> Journal::next_file(const std::filesystem::path& path, uint64_t size) {
  std::unique_ptr<io::File> file;
  std::filesystem::path found = path;
  found += ".new";
  const bool from_spare = !spares_.empty() && size <= file_bytes_;
  if (from_spare) {
    found = spares_.back();
    TRY_ASSIGN(file, files_.open(found, io::OpenMode::update));
  } else {
    TRY_ASSIGN(file, files_.open(found, io::OpenMode::create));
    TRY(fill_with_zeros(*file, std::max(size, std::min(file_bytes_, hurried_file_bytes))));
  }
  TRY(file->write_at(0, file_header(at_.next, at_.chain)));
  TRY(file->sync());
  TRY(files_.rename(found, path));
  if (from_spare) spares_.pop_back();
  spare_count_ = spares_.size();
  TRY(files_.sync_directory(directory_));
  return file;
}

Status Journal::roll(std::size_t room) {
  if (!given_up_) TRY(sync());
  const MutexLock lock(spare_mutex_);
  const uint64_t size = journal_header_bytes + room;
  TRY_ASSIGN(file_, next_file(directory_ / journal_file_name(at_.next), size));
  TRY_ASSIGN(file_size_, file_->size());
  at_.file = at_.next;
  at_.offset = journal_header_bytes;
  given_up_ = unsynced_ = false;
  return {};
}

Status Journal::prepare_spare() {
  std::filesystem::path path;
  {
    const MutexLock lock(spare_mutex_);
    if (!spares_.empty()) return {};
    path = new_spare_path();
  }
  // Not under the lock: the writer goes on meanwhile, in a smaller file if it must.
  auto fresh = path;
  fresh += ".new";
  TRY_ASSIGN(const auto file, files_.open(fresh, io::OpenMode::create));
  Status made = fill_with_zeros(*file, file_bytes_);
  if (made) made = file->sync();
  if (made) made = files_.rename(fresh, path);
  if (!made) {
    (void)files_.remove_if_there(fresh);
    return made;
  }
  const MutexLock lock(spare_mutex_);
  spares_.push_back(std::move(path));
  spare_count_ = spares_.size();
  return {};
}

Status Journal::drop_before(Sequence first) {
  TRY_ASSIGN(const auto names, list_journal_files(files_, directory_));
  const MutexLock lock(spare_mutex_);
  const auto kept = std::lower_bound(names.begin(), names.end(), first);
  const auto spares_max = static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, kept - names.begin()));
  for (auto name = names.begin(); name != kept; ++name) {
    const auto path = directory_ / journal_file_name(*name);
    TRY_ASSIGN(const bool reusable, is_reusable(path));
    if (!reusable || spares_.size() >= spares_max) {
      TRY(files_.remove(path));
      continue;
    }
    auto spare = new_spare_path();
    TRY(files_.rename(path, spare));
    spares_.push_back(std::move(spare));
    spare_count_ = spares_.size();
  }
  return {};
}

Status Journal::write(ByteView group) {
  if (given_up_ || at_.offset + group.size() > file_size_) TRY(roll(group.size()));
  if (auto written = file_->write_at(at_.offset, group); !written) {
    given_up_ = true;
    return written;
  }
  unsynced_ = true;
  group_bytes_ = group.size();
  return {};
}

Status Journal::sync() {
  if (!unsynced_) return {};
  if (auto synced = file_->sync(); !synced) {
    given_up_ = true;
    return synced;
  }
  unsynced_ = false;
  return {};
}

void Journal::advance(Sequence next, uint32_t chain) {
  at_.next = next;
  at_.chain = chain;
  at_.offset += group_bytes_;
  group_bytes_ = 0;
}

JournalReader::JournalReader(io::FileSystem& files, std::filesystem::path directory, JournalPosition from)
    : files_(files), directory_(std::move(directory)), at_(from) {}

Status JournalReader::open_file(Sequence first) {
  TRY_ASSIGN(file_, files_.open(directory_ / journal_file_name(first), io::OpenMode::read));
  TRY_ASSIGN(file_size_, file_->size());
  chunk_ = {};
  at_.file = first;
  return {};
}

/// Goes to the file that begins with the next entry, if there is one.
Result<bool> JournalReader::next_file() {
  auto found = std::lower_bound(names_->begin(), names_->end(), at_.next);
  if (found != names_->end() && file_ != nullptr && *found == at_.file) ++found;  // the one that is open, empty
  if (found == names_->end()) return false;
  const bool is_last = std::next(found) == names_->end();
  const Sequence before_file = at_.file;
  const uint64_t before_offset = at_.offset;
  if (*found == at_.next) {
    TRY(open_file(*found));
    uint32_t chain = 0;
    TRY_ASSIGN(const bool whole, read_header(*file_, *found, chain));
    if (whole && chain == at_.chain) {
      at_.offset = journal_header_bytes;
      return true;
    }
    if (!whole && is_last) {  // made just before a power cut; nothing in it was ever acknowledged
      at_.file = before_file;
      at_.offset = before_offset;
      return false;
    }
  }
  return std::unexpected(
      Error(Code::corrupt,
            fmt::format("the journal is damaged: entry {} is missing or wrong, and {} holds later ones", at_.next,
                        (directory_ / journal_file_name(*found)).string()),
            "restore the data directory from a backup, or accept the loss of all later entries by moving that file and "
            "those after it away"));
}

Status JournalReader::fill(std::size_t wanted) {
  if (chunk_.size() >= wanted) return {};
  const std::size_t size = std::min<uint64_t>(std::max(wanted, chunk_bytes), file_size_ - at_.offset);
  auto bytes = std::make_shared_for_overwrite<char[]>(size);
  char* to = bytes.get();
  TRY_ASSIGN(const std::size_t got, file_->read_at(at_.offset, to, size));
  chunk_ = SharedBytes(std::move(bytes), ByteView(to, got));
  return {};
}

Result<std::optional<Entry>> JournalReader::next() {
  if (!names_) {
    TRY_ASSIGN(names_, list_journal_files(files_, directory_));
    if (at_.offset == 0) {
      TRY_ASSIGN(const bool found, next_file());
      if (!found) return std::optional<Entry>();
    } else {
      TRY(open_file(at_.file));
    }
  }
  while (true) {
    // A file that was given up after a failed write may hold entries that another file has taken the place of.
    const bool superseded = at_.next != at_.file && std::binary_search(names_->begin(), names_->end(), at_.next);
    if (!superseded && at_.offset < file_size_) {
      TRY(fill(entry_header_bytes));
      if (const std::size_t size = claimed_entry_bytes(chunk_.view()); size <= file_size_ - at_.offset) {
        TRY(fill(size));
      }
      std::size_t size = 0;
      if (auto entry = open_entry(chunk_, at_.next, at_.chain, size)) {
        chunk_ = chunk_.slice(size);
        at_.offset += size;
        ++at_.next;
        return entry;
      }
    }
    TRY_ASSIGN(const bool more, next_file());
    if (!more) return std::optional<Entry>();
  }
}

}  // namespace azud::log
