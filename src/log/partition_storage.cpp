#include "log/partition_storage.h"

#include <algorithm>
#include <charconv>

#include "base/logging.h"

namespace azud::log {

void SegmentReaper::add(std::shared_ptr<Segment> segment, uint64_t kept_until) {
  const MutexLock lock(mutex_);
  doomed_.push_back({std::move(segment), kept_until});
  has_new_ = true;
}

void SegmentReaper::add_directory(std::filesystem::path directory) {
  const MutexLock lock(mutex_);
  directories_.push_back(std::move(directory));
  has_new_ = true;
}

bool SegmentReaper::run(uint64_t checkpoint) {
  std::vector<Doomed> due;
  std::vector<std::filesystem::path> directories;
  bool waiting = false;
  {
    const MutexLock lock(mutex_);
    has_new_ = false;
    directories.swap(directories_);
    // Nobody can get hold of a doomed segment anew, so a count of one stays one.
    std::erase_if(doomed_, [&](const Doomed& d) {
      if (d.kept_until > checkpoint) return false;
      if (d.segment.use_count() > 1) {
        waiting = true;
        return false;
      }
      due.push_back(d);
      return true;
    });
  }
  for (Doomed& doomed : due) {
    if (auto removed = doomed.segment->remove(); !removed) {
      log_warn("log: {}", removed.error().message());
      add(std::move(doomed.segment), doomed.kept_until);
      waiting = true;
    }
  }
  for (auto& directory : directories) {
    // Not empty: somebody reads there still, or the topic has other directories.
    const auto removed = files_.remove_if_there(directory);
    if (removed) {
      (void)files_.remove_if_there(directory.parent_path());
    } else if (waiting) {
      add_directory(std::move(directory));
    }
  }
  return waiting;
}

bool SegmentReaper::holds(const std::filesystem::path& file) const {
  const MutexLock lock(mutex_);
  return std::any_of(doomed_.begin(), doomed_.end(), [&](const Doomed& d) { return d.segment->owns(file); });
}

std::filesystem::path PartitionStorage::partition_directory(std::string_view topic, TopicNumber number,
                                                            PartitionId id) const {
  return directory / topic / fmt::format("{}.{}", number, id);
}

std::optional<TopicNumber> PartitionStorage::topic_of_directory(std::string_view name) {
  uint32_t number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr == name.data() + name.size() || *parsed.ptr != '.') return std::nullopt;
  return TopicNumber(number);
}

}  // namespace azud::log
