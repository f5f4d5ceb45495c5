#include "kafka/broker/group/offset_store.h"

#include <algorithm>

#include "base/endian.h"
#include "base/logging.h"
#include "kafka/wire/reader.h"

namespace azud::kafka {
namespace {

constexpr std::string_view table = "offsets";
constexpr int8_t value_version = 1;

void append_name(std::string& key, std::string_view name) {
  append_big(key, static_cast<uint16_t>(name.size()));
  key.append(name);
}

std::string group_prefix(std::string_view group) {
  std::string key;
  append_name(key, group);
  return key;
}

std::string key_of(std::string_view group, std::string_view topic, int32_t partition) {
  std::string key = group_prefix(group);
  append_name(key, topic);
  append_big(key, partition);
  return key;
}

std::string value_of(const CommittedOffset& committed) {
  std::string value;
  append_big(value, value_version);
  value.append(reinterpret_cast<const char*>(committed.topic_id.bytes.data()), committed.topic_id.bytes.size());
  append_big(value, committed.offset);
  append_big(value, committed.leader_epoch);
  append_big(value, committed.committed_ms);
  value.append(committed.metadata);
  return value;
}

std::optional<CommittedOffset> parse_value(ByteView value) {
  Reader in(SharedBytes(nullptr, value));
  CommittedOffset committed;
  if (in.take_int<int8_t>() != value_version) return std::nullopt;
  in.take_view(committed.topic_id.bytes.size())
      .copy(reinterpret_cast<char*>(committed.topic_id.bytes.data()), committed.topic_id.bytes.size());
  committed.offset = in.take_int<int64_t>();
  committed.leader_epoch = in.take_int<int32_t>();
  committed.committed_ms = in.take_int<int64_t>();
  committed.metadata = in.take_view(in.remaining());
  if (in.failed()) return std::nullopt;
  return committed;
}

struct ParsedKey {
  std::string_view group, topic;
  int32_t partition = 0;
};

std::optional<ParsedKey> parse_key(ByteView key) {
  Reader in(SharedBytes(nullptr, key));
  ParsedKey parsed;
  parsed.group = in.take_view(in.take_int<uint16_t>());
  parsed.topic = in.take_view(in.take_int<uint16_t>());
  parsed.partition = in.take_int<int32_t>();
  if (in.failed() || !in.at_end()) return std::nullopt;
  return parsed;
}

}  // namespace

void OffsetStore::put(log::WriteBatch& batch, std::string_view group, std::string_view topic, int32_t partition,
                      const CommittedOffset& committed) {
  batch.put(std::string(table), key_of(group, topic, partition), value_of(committed));
}

void OffsetStore::erase(log::WriteBatch& batch, std::string_view group, std::string_view topic, int32_t partition) {
  batch.erase(std::string(table), key_of(group, topic, partition));
}

std::optional<CommittedOffset> OffsetStore::find(std::string_view group, const log::TopicView& topic,
                                                 int32_t partition) const {
  const auto value = log_.get(table, key_of(group, topic.topic->name(), partition));
  if (!value) return std::nullopt;
  auto committed = parse_value(*value);
  if (!committed || committed->topic_id != topic.topic->id()) return std::nullopt;
  return committed;
}

bool OffsetStore::has_room(std::string_view group, const log::TopicView& topic, int32_t partition,
                           const CommittedOffset& committed, std::size_t bytes_max) const {
  if (log_.table_bytes(table) < bytes_max) return true;
  const auto stored = find(group, topic, partition);
  return stored && committed.metadata.size() <= stored->metadata.size();
}

std::vector<OffsetStore::Entry> OffsetStore::all(std::string_view group) const {
  std::vector<Entry> entries;
  for (const auto& [key, value] : log_.scan(table, group_prefix(group))) {
    const auto parsed = parse_key(key);
    auto committed = parse_value(value);
    if (!parsed || !committed) {
      log_warn("kafka: a stored offset of group {} cannot be read and is passed over", group);
      continue;
    }
    entries.push_back({std::string(parsed->topic), parsed->partition, *std::move(committed)});
  }
  return entries;
}

bool OffsetStore::is_current(const Entry& entry) const {
  const auto topic = log_.find_topic(entry.topic);
  return topic != nullptr && topic->topic->id() == entry.committed.topic_id;
}

std::vector<std::string> OffsetStore::groups() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : log_.scan(table, "")) {
    const auto parsed = parse_key(key);
    if (parsed && (names.empty() || names.back() != parsed->group)) names.emplace_back(parsed->group);
  }
  return names;
}

}  // namespace azud::kafka
