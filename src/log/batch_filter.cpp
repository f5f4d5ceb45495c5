#include "log/batch_filter.h"

#include <algorithm>
#include <vector>

#include "base/crc.h"
#include "base/varint.h"

namespace azud::log {

namespace {

using kafka::batch_attribute::delete_horizon;
namespace field = kafka::batch_field;

void append_signed(std::string& out, int64_t value) { append_varint(out, zigzag(value)); }

void append_bytes(std::string& out, const std::optional<ByteView>& bytes) {
  append_signed(out, bytes ? static_cast<int64_t>(bytes->size()) : -1);
  if (bytes) out += *bytes;
}

void append_record(std::string& out, const kafka::RecordView& record, TimestampMs base_timestamp, std::string& body) {
  body.clear();
  body += '\0';  // attributes
  append_signed(body, record.timestamp - base_timestamp);
  append_signed(body, record.offset_delta);
  append_bytes(body, record.key);
  append_bytes(body, record.value);
  append_signed(body, record.header_count);
  body += record.headers;
  append_signed(out, static_cast<int64_t>(body.size()));
  out += body;
}

}  // namespace

Result<FilteredBatch> filter_batch(const kafka::BatchView& batch, TimestampMs now, TimestampMs horizon,
                                   const std::function<Keep(const kafka::RecordView&)>& keep) {
  const bool has_horizon = (batch.attributes() & delete_horizon) != 0;
  const bool horizon_passed = has_horizon && batch.base_timestamp() <= now;
  FilteredBatch filtered;
  std::vector<kafka::RecordView> kept;
  bool waits = false;
  kafka::RecordReader reader;
  TRY(reader.open(batch));
  kafka::RecordView record;
  TimestampMs max_timestamp = timestamp_min;
  while (reader.next(record)) {
    const Keep verdict = keep(record);
    if (verdict == Keep::no || (verdict == Keep::until_horizon && horizon_passed)) continue;
    waits = waits || verdict == Keep::until_horizon;
    max_timestamp = std::max(max_timestamp, record.timestamp);
    kept.push_back(record);
  }
  TRY(reader.status());
  filtered.kept = static_cast<int32_t>(kept.size());
  const bool sets_horizon = waits && !has_horizon;
  filtered.changed = filtered.kept != batch.record_count() || sets_horizon;
  if (!filtered.changed) return filtered;

  const TimestampMs base_timestamp = sets_horizon ? horizon : batch.base_timestamp();
  std::string records, body;
  for (const kafka::RecordView& each : kept) append_record(records, each, base_timestamp, body);
  std::string& out = filtered.bytes;
  out = batch.bytes().substr(0, kafka::batch_header_bytes);
  int16_t attributes = batch.attributes();
  if (sets_horizon) attributes = static_cast<int16_t>(attributes | delete_horizon);
  if (kept.empty()) {
    attributes = static_cast<int16_t>(attributes & ~kafka::batch_attribute::codec_mask);
  } else if (batch.codec() == kafka::Codec::none) {
    out += records;
  } else {
    kafka::compress(batch.codec(), records, out);
  }
  store_big(out.data() + field::batch_length, static_cast<int32_t>(out.size() - kafka::batch_prefix_bytes));
  store_big(out.data() + field::attributes, attributes);
  store_big(out.data() + field::base_timestamp, base_timestamp);
  if (!kept.empty()) store_big(out.data() + field::max_timestamp, max_timestamp);
  store_big(out.data() + field::record_count, filtered.kept);
  store_big(out.data() + field::crc, crc32c(ByteView(out).substr(field::attributes)));
  return filtered;
}

}  // namespace azud::log
