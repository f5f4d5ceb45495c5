#include "connect/kafka/kafka_metadata.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "data/time_text.h"

namespace azud::connect {
namespace {

constexpr auto names = std::to_array<std::pair<std::string_view, KafkaMetadata>>({
    {"topic", KafkaMetadata::topic},
    {"partition", KafkaMetadata::partition},
    {"offset", KafkaMetadata::offset},
    {"timestamp", KafkaMetadata::timestamp},
    {"timestamp-type", KafkaMetadata::timestamp_type},
    {"leader-epoch", KafkaMetadata::leader_epoch},
    {"headers", KafkaMetadata::headers},
    {"header-list", KafkaMetadata::header_list},
});

void append_optional(const std::optional<ByteView>& value, data::ColumnBuilder& out) {
  if (value)
    out.append_text(*value);
  else
    out.append_null();
}

/// A header that comes twice is there once, with its last value.
void append_headers(const kafka::RecordView& record, data::ColumnBuilder& out) {
  std::vector<kafka::HeaderView> headers;
  kafka::HeaderReader reader(record);
  kafka::HeaderView header;
  while (reader.next(header)) {
    const auto same = std::ranges::find(headers, header.key, &kafka::HeaderView::key);
    if (same != headers.end())
      same->value = header.value;
    else
      headers.push_back(header);
  }
  for (const kafka::HeaderView& each : headers) {
    out.child(0).append_text(each.key);
    append_optional(each.value, out.child(1));
  }
  out.finish_row();
}

void append_header_list(const kafka::RecordView& record, data::ColumnBuilder& out) {
  kafka::HeaderReader reader(record);
  kafka::HeaderView header;
  data::ColumnBuilder& row = out.child(0);
  while (reader.next(header)) {
    row.child(0).append_text(header.key);
    append_optional(header.value, row.child(1));
    row.finish_row();
  }
  out.finish_row();
}

}  // namespace

std::optional<KafkaMetadata> find_kafka_metadata(std::string_view key) {
  const auto found = std::ranges::find(names, key, &std::pair<std::string_view, KafkaMetadata>::first);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

void append_kafka_metadata(KafkaMetadata what, std::string_view topic, int32_t partition, const kafka::BatchView& batch,
                           const kafka::RecordView& record, data::ColumnBuilder& out) {
  switch (what) {
    case KafkaMetadata::topic: out.append_view(topic); break;
    case KafkaMetadata::partition: out.append(partition); break;
    case KafkaMetadata::offset: out.append(record.offset); break;
    case KafkaMetadata::timestamp: out.append(record.timestamp * data::us_per_ms); break;
    case KafkaMetadata::timestamp_type:
      out.append_view(batch.is_log_append_time() ? "LogAppendTime" : "CreateTime");
      break;
    case KafkaMetadata::leader_epoch:
      if (batch.leader_epoch() >= 0)
        out.append(batch.leader_epoch());
      else
        out.append_null();
      break;
    case KafkaMetadata::headers: append_headers(record, out); break;
    case KafkaMetadata::header_list: append_header_list(record, out); break;
  }
}

}  // namespace azud::connect
