#include "alarm/key_index.h"

#include "kafka/wire/record_reader.h"

namespace azud::alarm {
namespace {

constexpr std::size_t read_bytes = 1 << 20;

}  // namespace

KeyIndex::KeyIndex(log::TopicView topic) : topic_(std::move(topic)) {
  for (const log::PartitionPtr& partition : topic_.partitions) next_.push_back(partition->log_start());
}

Status KeyIndex::catch_up() {
  kafka::RecordReader reader;
  for (uint32_t p = 0; p < topic_.partitions.size(); ++p) {
    const log::Partition& partition = *topic_.partitions[p];
    next_[p] = std::max(next_[p], partition.log_start());
    while (next_[p] < partition.high_watermark()) {
      TRY_ASSIGN(const auto batches, partition.read(next_[p], read_bytes));
      if (batches.empty()) break;
      for (const log::StoredBatch& batch : batches) {
        TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
        TRY(reader.open(view));
        for (kafka::RecordView record; reader.next(record);) {
          if (!record.key) continue;
          if (record.value)
            places_[std::string(*record.key)] = {p, record.offset};
          else
            places_.erase(std::string(*record.key));
        }
        TRY(reader.status());
        next_[p] = batch.last + 1;
      }
    }
  }
  return {};
}

Result<std::optional<std::string>> KeyIndex::find(const std::string& key) const {
  const auto place = places_.find(key);
  if (place == places_.end()) return std::nullopt;
  TRY_ASSIGN(const auto batches,
             topic_.partitions[place->second.partition]->read(log::Offset(place->second.offset), 1));
  kafka::RecordReader reader;
  for (const log::StoredBatch& batch : batches) {
    TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.bytes.view()));
    TRY(reader.open(view));
    for (kafka::RecordView record; reader.next(record);)
      if (record.offset == place->second.offset && record.value) return std::string(*record.value);
  }
  return std::nullopt;
}

}  // namespace azud::alarm
