#include "log/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "base/crc.h"
#include "base/endian.h"
#include "base/logging.h"
#include "log/coder.h"

namespace azud::log {

namespace {

constexpr std::string_view suffix = ".checkpoint";
constexpr std::string_view magic = "AZUDCHKP";
constexpr uint32_t version = 1;
constexpr std::size_t file_header_bytes = 16;
constexpr std::size_t record_header_bytes = 5;
constexpr std::size_t write_at_once_bytes = 256 << 10;

enum class Kind : uint8_t { head = 1, topic = 2, partition = 3, pair = 4, job = 5, end = 255 };

struct PairRecord {
  ByteView table, key, value;
};
template <class F>
bool fields(PairRecord& p, F&& f) {
  return f(p.table) && f(p.key) && f(p.value);
}

std::filesystem::path path_of(const std::filesystem::path& directory, uint64_t number) {
  return directory / fmt::format("{:020}{}", number, suffix);
}

/// Writes records one behind the other, in large pieces.
class RecordWriter {
 public:
  explicit RecordWriter(io::File& file) : file_(file) {
    buffer_ = magic;
    append_little<uint32_t>(buffer_, version);
    append_little<uint32_t>(buffer_, 0);
  }
  template <class T>
  Status add(Kind kind, T& record) {
    const std::size_t start = buffer_.size();
    buffer_ += static_cast<char>(kind);
    append_little<uint32_t>(buffer_, 0);
    fields(record, AppendFields{buffer_});
    store_little<uint32_t>(buffer_.data() + start + 1,
                           static_cast<uint32_t>(buffer_.size() - start - record_header_bytes));
    return buffer_.size() < write_at_once_bytes ? Status() : write();
  }
  /// The end: the checksum of all before it.
  Status finish() {
    TRY(write());
    buffer_ += static_cast<char>(Kind::end);
    append_little<uint32_t>(buffer_, 4);
    append_little<uint32_t>(buffer_, crc_);
    TRY(write());
    return file_.sync();
  }

 private:
  Status write() {
    TRY(file_.write_at(position_, buffer_));
    crc_ = crc32c_extend(crc_, buffer_);
    position_ += buffer_.size();
    buffer_.clear();
    return {};
  }

  io::File& file_;
  std::string buffer_;
  uint64_t position_ = 0;
  uint32_t crc_ = 0;
};

struct Record {
  Kind kind;
  ByteView body;
};

/// Takes a whole checkpoint file apart; `corrupt` if it is not whole.
Result<std::vector<Record>> take_apart(ByteView bytes) {
  const auto damaged = [](const char* what) { return fail(Code::corrupt, "the checkpoint is damaged: {}", what); };
  if (bytes.size() < file_header_bytes || !bytes.starts_with(magic)) return damaged("no header");
  if (const auto found = load_little<uint32_t>(bytes.data() + 8); found != version) {
    return fail(Code::unsupported, "checkpoint of version {}, this azud knows {}", found, version);
  }
  std::vector<Record> records;
  for (std::size_t at = file_header_bytes;;) {
    if (bytes.size() - at < record_header_bytes) return damaged("it has no end");
    const auto kind = static_cast<Kind>(bytes[at]);
    const std::size_t size = load_little<uint32_t>(bytes.data() + at + 1);
    if (bytes.size() - at - record_header_bytes < size) return damaged("a record goes past the end");
    const ByteView body = bytes.substr(at + record_header_bytes, size);
    if (kind == Kind::end) {
      if (size != 4 || load_little<uint32_t>(body.data()) != crc32c(bytes.substr(0, at))) return damaged("checksum");
      return records;
    }
    records.push_back({kind, body});
    at += record_header_bytes + size;
  }
}

template <class T>
Result<T> read_record(const Record& record) {
  T value;
  ByteView rest = record.body;
  if (!fields(value, ReadFields{rest}) || !rest.empty()) {
    return fail(Code::corrupt, "a record of kind {} in the checkpoint cannot be read", int(record.kind));
  }
  return value;
}

Status restore_checkpoint(ByteView bytes, CheckpointHead& head, State& state) {
  TRY_ASSIGN(const auto records, take_apart(bytes));
  if (records.empty() || records.front().kind != Kind::head) return fail(Code::corrupt, "the checkpoint has no head");
  TRY_ASSIGN(head, read_record<CheckpointHead>(records.front()));
  std::vector<TopicRecord> topics;
  std::vector<PartitionRecord> partitions;
  std::vector<JobRecord> jobs;
  for (const Record& record : records) {
    switch (record.kind) {
      case Kind::head:
      case Kind::end: break;
      case Kind::topic: {
        TRY_ASSIGN(auto topic, read_record<TopicRecord>(record));
        topics.push_back(std::move(topic));
        break;
      }
      case Kind::partition: {
        TRY_ASSIGN(auto partition, read_record<PartitionRecord>(record));
        partitions.push_back(std::move(partition));
        break;
      }
      case Kind::pair: {
        TRY_ASSIGN(const auto pair, read_record<PairRecord>(record));
        state.catalogue.put(pair.table, pair.key, pair.value);
        break;
      }
      case Kind::job: {
        TRY_ASSIGN(auto job, read_record<JobRecord>(record));
        jobs.push_back(std::move(job));
        break;
      }
      default:
        return fail(Code::unsupported, "the checkpoint has a record of kind {}, of a later version of azud",
                    int(record.kind));
    }
  }
  state.restore(head.position.next - 1, head.epoch, head.producer_ids_end);
  TRY(state.topics.restore(head.next_topic, topics, partitions, state.topic_defaults()));
  state.jobs.restore(std::move(jobs));
  return {};
}

}  // namespace

Status write_checkpoint(io::FileSystem& files, const std::filesystem::path& directory, CheckpointHead head,
                        State& state, const std::function<Status()>& before_publishing) {
  // The topics as they are now: one made from here on is made again by its entry.
  auto topics = state.topics.snapshot();
  head.next_topic = topics.next_number;
  std::vector<StoredPartition::Captured> captured;
  captured.reserve(topics.partitions.size());
  std::set<TopicNumber> deleted;  // since: what they held may be in no segment, and their entries change nothing more
  for (const auto& partition : topics.partitions) {
    TRY_ASSIGN(auto one, partition->capture());
    if (one.deleted) deleted.insert(partition->topic_number());
    captured.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < captured.size(); ++i) TRY(topics.partitions[i]->sync(captured[i]));
  TRY_ASSIGN(auto jobs, state.capture_jobs());

  TRY(files.create_directories(directory));
  const auto path = path_of(directory, head.number);
  auto fresh = path;
  fresh += ".new";
  TRY_ASSIGN(const auto file, files.open(fresh, io::OpenMode::create));
  RecordWriter writer(*file);
  head.epoch = state.epoch();
  head.producer_ids_end = state.producer_ids_end();
  TRY(writer.add(Kind::head, head));
  for (TopicRecord& topic : topics.topics) {
    if (!deleted.contains(topic.number)) TRY(writer.add(Kind::topic, topic));
  }
  for (std::size_t i = 0; i < captured.size(); ++i) {
    if (deleted.contains(topics.partitions[i]->topic_number())) continue;
    PartitionRecord record = topics.partitions[i]->record(captured[i]);
    TRY(writer.add(Kind::partition, record));
  }
  Status written;
  state.catalogue.visit_all([&](ByteView table, ByteView key, ByteView value) {
    PairRecord pair{table, key, value};
    if (written) written = writer.add(Kind::pair, pair);
  });
  TRY(written);
  for (JobRecord& job : jobs.jobs) TRY(writer.add(Kind::job, job));
  TRY(before_publishing());
  TRY(writer.finish());
  TRY(files.rename(fresh, path));
  TRY(files.sync_directory(directory));
  state.jobs.remove_doomed(jobs.doomed);
  return {};
}

Result<std::vector<uint64_t>> list_checkpoints(io::FileSystem& files, const std::filesystem::path& directory) {
  std::vector<uint64_t> numbers;
  auto names = files.list(directory);
  if (!names && names.error().code() == Code::not_found) return numbers;
  if (!names) return std::unexpected(std::move(names).error());
  for (const std::string& name : *names) {
    if (name.size() != 20 + suffix.size() || !name.ends_with(suffix)) continue;
    uint64_t number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + 20, number);
    if (parsed.ec == std::errc() && parsed.ptr == name.data() + 20) numbers.push_back(number);
  }
  return numbers;
}

Status remove_checkpoint(io::FileSystem& files, const std::filesystem::path& directory, uint64_t number) {
  return files.remove_if_there(path_of(directory, number));
}

Result<CheckpointHead> read_checkpoint_head(io::FileSystem& files, const std::filesystem::path& directory,
                                            uint64_t number) {
  TRY_ASSIGN(const std::string bytes, files.read_file(path_of(directory, number)));
  TRY_ASSIGN(const auto records, take_apart(bytes));
  if (records.empty() || records.front().kind != Kind::head) return fail(Code::corrupt, "the checkpoint has no head");
  return read_record<CheckpointHead>(records.front());
}

Result<std::optional<CheckpointHead>> restore_newest_checkpoint(io::FileSystem& files,
                                                                const std::filesystem::path& directory, State& state) {
  TRY_ASSIGN(const auto numbers, list_checkpoints(files, directory));
  if (numbers.empty()) return std::optional<CheckpointHead>();
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    TRY_ASSIGN(const std::string bytes, files.read_file(path_of(directory, *number)));
    // Only what is known to be whole touches the state.
    if (const auto whole = take_apart(bytes); !whole && whole.error().code() == Code::corrupt) {
      log_warn("log: checkpoint {} is left aside: {}", *number, whole.error().message());
      continue;
    }
    CheckpointHead head;
    TRY(restore_checkpoint(bytes, head, state));
    for (auto damaged = numbers.rbegin(); damaged != number; ++damaged) {
      TRY(remove_checkpoint(files, directory, *damaged));
    }
    return head;
  }
  return std::unexpected(Error(Code::corrupt, fmt::format("no checkpoint in {} is whole", directory.string()),
                               "restore the data directory from a backup"));
}

}  // namespace azud::log
