#include "connect/filesystem/file_source.h"

#include <algorithm>
#include <set>

#include "connect/dead_letter/dead_letter.h"
#include "connect/filesystem/file_decoder.h"
#include "connect/filesystem/file_options.h"
#include "data/number_parse.h"

namespace azud::connect {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::size_t record_bytes_max = 64 << 20;

class FileSource final : public stream::Source {
 public:
  FileSource(FileOptions options, std::shared_ptr<const sql::ScanNode> scan, const FileEnvironment& environment)
      : options_(std::move(options)),
        scan_(std::move(scan)),
        environment_(environment),
        splits_{{.scan = 0, .name = scan_->table->name + "-0"}} {}

  /// `position`: as given by position(), or empty.
  Status open(std::string_view position) {
    TRY(resume(position));
    return look_for_files();
  }

  const std::vector<stream::Split>& splits() const override { return splits_; }
  Result<Poll> poll(std::size_t bytes_max) override;
  void notify(UniqueFunction<void()> wake) override {
    if (has_more()) wake();
  }
  std::string position(uint32_t split) const override;
  Result<std::unique_ptr<stream::Decoder>> make_decoder(std::size_t) override {
    return make_file_decoder(options_, *scan_, opened_);
  }
  Status commit_into(std::span<const stream::Rejected> rejected, log::WriteBatch& commit) override;

 private:
  bool watches() const { return options_.monitor_interval_ms.has_value(); }
  bool has_more() const { return !waiting_.empty() || file_ != nullptr || (!watches() && !ended_); }
  Status resume(std::string_view position);
  Status look_for_files();
  Status open_next();
  Result<SharedBytes> read_records();

  FileOptions options_;
  std::shared_ptr<const sql::ScanNode> scan_;
  FileEnvironment environment_;
  std::vector<stream::Split> splits_;
  std::shared_ptr<OpenedFiles> opened_ = std::make_shared<OpenedFiles>();

  std::set<std::string> done_;              ///< with a monitor interval: the files that were read; otherwise empty
  std::vector<FoundFile> waiting_;          ///< the next one last
  std::unique_ptr<io::File> file_;          ///< being read
  std::string path_;                        ///< of the file being read, or read last
  std::size_t index_ = 0;                   ///< of it, in opened_
  uint64_t offset_ = 0;                     ///< the first byte not yet handed out
  std::optional<uint64_t> resumed_offset_;  ///< where reading of path_ goes on
  int64_t next_look_us_ = 0;
  bool ended_ = false;
};

/// "offset path", then a line for each file that is done.
std::string FileSource::position(uint32_t) const {
  std::string out = fmt::format("{} {}", offset_, path_);
  for (const std::string& path : done_) out += "\n" + path;
  return out;
}

Status FileSource::resume(std::string_view position) {
  if (position.empty()) return {};
  const std::size_t line = position.find('\n');
  const std::string_view first = position.substr(0, line);
  const std::size_t space = first.find(' ');
  uint64_t offset = 0;
  int64_t parsed = 0;
  if (space == std::string_view::npos || !data::parse_integer(first.substr(0, space), parsed) || parsed < 0)
    return fail(Code::corrupt, "table {}: no position in files: {}", scan_->table->name, first);
  offset = static_cast<uint64_t>(parsed);
  path_ = first.substr(space + 1);
  resumed_offset_ = offset_ = offset;
  while (position.find('\n') != std::string_view::npos) {
    position.remove_prefix(position.find('\n') + 1);
    done_.emplace(position.substr(0, position.find('\n')));
  }
  return {};
}

/// Finds the files that are still to be read.
Status FileSource::look_for_files() {
  Result<std::vector<FoundFile>> found = find_files(options_.path, options_.pattern);
  if (!found) return std::unexpected(std::move(found).error().with_context("table " + scan_->table->name));
  waiting_ = *std::move(found);
  std::erase_if(waiting_, [this](const FoundFile& file) {
    // Without a monitor interval files are read once, in the order of their paths.
    return watches() ? done_.contains(file.path) || (file_ && file.path == path_) : file.path < path_;
  });
  std::ranges::reverse(waiting_);
  if (watches()) next_look_us_ = environment_.clock->monotonic_us() + *options_.monitor_interval_ms * 1000;
  return {};
}

Status FileSource::open_next() {
  FoundFile next = std::move(waiting_.back());
  waiting_.pop_back();
  TRY_ASSIGN(file_, environment_.files->open(next.path, io::OpenMode::read));
  offset_ = resumed_offset_ && next.path == path_ ? *resumed_offset_ : 0;
  resumed_offset_.reset();
  path_ = next.path;
  index_ = opened_->add(std::move(next));
  return {};
}

/// Whole records of the open file from `offset_` on; nothing at its end.
Result<SharedBytes> FileSource::read_records() {
  std::string bytes;
  std::size_t size = chunk_bytes;
  while (true) {
    const std::size_t had = bytes.size();
    bytes.resize(size);
    TRY_ASSIGN(const std::size_t more, file_->read_at(offset_ + had, bytes.data() + had, size - had));
    bytes.resize(had + more);
    const bool at_end = had + more < size;
    const std::size_t whole = at_end ? bytes.size() : options_.splitter.whole_records(bytes);
    if (whole > 0 || at_end) {
      bytes.resize(whole);
      return SharedBytes::own(std::move(bytes));
    }
    if (size >= record_bytes_max)
      return fail(Code::invalid, "{}, byte {}: a record is longer than {} bytes", path_, offset_, record_bytes_max);
    size *= 2;
  }
}

Result<stream::Source::Poll> FileSource::poll(std::size_t bytes_max) {
  Poll out;
  if (watches() && waiting_.empty() && !file_ && environment_.clock->monotonic_us() >= next_look_us_)
    TRY(look_for_files());
  std::size_t bytes = 0;
  while ((bytes == 0 || bytes < bytes_max) && (file_ || !waiting_.empty())) {
    if (!file_) TRY(open_next());
    TRY_ASSIGN(SharedBytes records, read_records());
    if (records.empty()) {
      if (watches()) done_.insert(path_);
      file_.reset();
      continue;
    }
    const uint64_t first = offset_;
    offset_ += records.size();
    bytes += records.size();
    out.pieces.push_back({.split = 0,
                          .first = FilePlace{.file = index_, .offset = first}.packed(),
                          .end = FilePlace{.file = index_, .offset = offset_}.packed(),
                          .bytes = std::move(records)});
  }
  const bool all = !file_ && waiting_.empty();
  if (all && !watches() && !ended_) {
    ended_ = true;
    out.ended.push_back(0);
  }
  out.at_end = all;
  if (all && watches())
    out.again_after_us = std::max<int64_t>(next_look_us_ - environment_.clock->monotonic_us(), 1000);
  return out;
}

Status FileSource::commit_into(std::span<const stream::Rejected> rejected, log::WriteBatch& commit) {
  if (rejected.empty() || environment_.log == nullptr) return {};
  const std::string& name = scan_->table->name;
  std::vector<DeadLetter> letters;
  for (const stream::Rejected& each : rejected)
    letters.push_back({.source = name, .topic = name, .value = each.value, .reason = each.reason});
  return DeadLetters(*environment_.log, *environment_.clock).add_to(commit, name, letters);
}

}  // namespace

Status check_filesystem(const sql::TableDefinition& table) {
  TRY(FileOptions::parse(table));
  return {};
}

Result<std::unique_ptr<stream::Source>> open_file_source(const stream::Connectors::ScanRequest& scan,
                                                         const FileEnvironment& environment) {
  TRY_ASSIGN(FileOptions options, FileOptions::parse(*scan.scan->table));
  auto source = std::make_unique<FileSource>(std::move(options), scan.scan, environment);
  TRY(source->open(scan.positions.empty() ? std::string_view() : std::string_view(scan.positions.begin()->second)));
  return source;
}

}  // namespace azud::connect
