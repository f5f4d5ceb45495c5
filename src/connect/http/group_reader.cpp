#include "connect/http/group_reader.h"

#include <algorithm>

namespace azud::connect {
namespace {

constexpr std::size_t read_bytes = 64 << 10;
/// Of messages read ahead for a partition: a batch may hold millions, packed into little.
constexpr std::size_t ahead_bytes_max = 256 << 10;
constexpr std::size_t kept_bytes_max = 64 << 10;

std::size_t bytes_of(const GroupReader::Message& message) {
  std::size_t bytes = sizeof(message) + message.value.size() + (message.key ? message.key->size() : 0);
  for (const auto& [key, value] : message.headers) bytes += 64 + key.size() + value.size();
  return bytes;
}

GroupReader::Message message_of(std::size_t partition, const kafka::RecordView& record) {
  GroupReader::Message message;
  message.partition = static_cast<int32_t>(partition);
  message.offset = record.offset;
  if (record.key) message.key.emplace(*record.key);
  message.value = record.value.value_or("");
  kafka::HeaderReader headers(record);
  kafka::HeaderView header;
  while (headers.next(header)) message.headers.emplace_back(header.key, header.value.value_or(""));
  return message;
}

}  // namespace

GroupReader::GroupReader(log::TopicPtr topic, const std::vector<int64_t>& starts, GroupReaderOptions options)
    : topic_(std::move(topic)), options_(options), partitions_(topic_->partitions.size()) {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    partitions_[i].next = std::max(starts[i], topic_->partitions[i]->log_start().value());
  }
}

bool GroupReader::read_records(std::size_t index, int64_t from, std::deque<Message>& ahead, std::size_t& room) {
  kafka::RecordView record;
  while (records_.next(record)) {
    if (record.offset < from) continue;
    const std::size_t bytes = bytes_of(ahead.emplace_back(message_of(index, record)));
    if (bytes >= room) return false;
    room -= bytes;
  }
  return true;
}

Status GroupReader::read(std::size_t index, int64_t from, std::deque<Message>& ahead) {
  const auto& partition = *topic_->partitions[index];
  std::size_t room = ahead_bytes_max;
  while (ahead.empty()) {
    auto batches = partition.read(log::Offset(from), read_bytes);
    if (!batches && batches.error().code() == Code::not_found) {
      // Deleted for its age meanwhile, or stored for another life of the log.
      from = partition.log_start().value();
      batches = partition.read(log::Offset(from), read_bytes);
    }
    if (!batches) return std::unexpected(batches.error());
    if (batches->empty()) return {};
    for (const log::StoredBatch& stored : *batches) {
      TRY_ASSIGN(const auto batch, kafka::BatchView::parse(stored.bytes.view()));
      if (batch.is_control()) continue;
      TRY(records_.open(batch));
      const bool more = read_records(index, from, ahead, room);
      if (more) TRY(records_.status());
      records_.shrink(kept_bytes_max);
      if (!more) return {};
    }
    from = batches->back().last.value() + 1;
  }
  return {};
}

Result<std::optional<GroupReader::Message>> GroupReader::offer_again(std::size_t index, int64_t now_ms) {
  Partition& partition = partitions_[index];
  for (auto each = partition.pending.begin(); each != partition.pending.end();) {
    if (now_ms - each->second < options_.offer_again_ms) {
      ++each;
      continue;
    }
    std::deque<Message> found;
    TRY(read(index, each->first, found));
    if (!found.empty() && found.front().offset == each->first) {
      each->second = now_ms;
      return std::move(found.front());
    }
    each = partition.pending.erase(each);  // the log has forgotten it
  }
  return std::nullopt;
}

Result<std::optional<GroupReader::Message>> GroupReader::next(int64_t now_ms) {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    TRY_ASSIGN(auto again, offer_again(i, now_ms));
    if (again) return again;
  }
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const std::size_t index = turn_++ % partitions_.size();
    Partition& partition = partitions_[index];
    if (!has_room(index)) continue;
    if (partition.ahead.empty()) TRY(read(index, partition.next, partition.ahead));
    if (partition.ahead.empty()) continue;
    std::optional<Message> message = std::move(partition.ahead.front());
    partition.ahead.pop_front();
    partition.next = message->offset + 1;
    partition.pending.emplace(message->offset, now_ms);
    return message;
  }
  return std::nullopt;
}

bool GroupReader::acknowledge(int32_t partition, int64_t offset) {
  return partition >= 0 && static_cast<std::size_t>(partition) < partitions_.size() &&
         partitions_[static_cast<std::size_t>(partition)].pending.erase(offset) == 1;
}

int64_t GroupReader::acknowledged_to(std::size_t partition) const {
  const Partition& each = partitions_[partition];
  return each.pending.empty() ? each.next : each.pending.begin()->first;
}

}  // namespace azud::connect
