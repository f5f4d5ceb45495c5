#include "connect/http/consumer_session.h"

#include "base/logging.h"

namespace azud::connect {

Result<std::optional<GroupReader::Message>> ConsumerRoutes::Session::next(int64_t now_ms, bool acknowledge) {
  Result<std::optional<GroupReader::Message>> message = std::nullopt;
  {
    MutexLock lock(mutex_);
    message = reader_.next(now_ms);
    if (!message || !*message || !acknowledge) return message;
    reader_.acknowledge((*message)->partition, (*message)->offset);
  }
  store_positions();
  return message;
}

bool ConsumerRoutes::Session::acknowledge(int32_t partition, int64_t offset) {
  {
    MutexLock lock(mutex_);
    if (!reader_.acknowledge(partition, offset)) return false;
  }
  store_positions();
  return true;
}

std::vector<std::pair<std::size_t, int64_t>> ConsumerRoutes::Session::waits() {
  std::vector<std::pair<std::size_t, int64_t>> found;
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < reader_.partition_count(); ++i) {
    if (reader_.has_room(i)) found.emplace_back(i, reader_.position(i));
  }
  return found;
}

void ConsumerRoutes::Session::store_positions() {
  std::vector<GroupPositions::Position> positions;
  {
    MutexLock lock(mutex_);
    if (storing_) return;
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      const int64_t offset = reader_.acknowledged_to(i);
      if (offset != stored_[i]) positions.push_back({static_cast<int32_t>(i), offset, ""});
    }
    if (positions.empty()) return;
    storing_ = true;
  }
  offsets_.store(group_, topic_, positions,
                 [self = shared_from_this(), positions](const Status& status) { self->on_stored(positions, status); });
}

void ConsumerRoutes::Session::on_stored(const std::vector<GroupPositions::Position>& positions, const Status& status) {
  {
    MutexLock lock(mutex_);
    storing_ = false;
    if (status) {
      for (const auto& position : positions) stored_[static_cast<std::size_t>(position.partition)] = position.offset;
    }
  }
  if (status) return store_positions();  // of what was acknowledged meanwhile
  log_warn("connect: the offsets of group {} could not be stored: {}", group_, status.error().to_text());
}

}  // namespace azud::connect
