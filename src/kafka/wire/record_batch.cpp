#include "kafka/wire/record_batch.h"

#include "base/crc.h"

namespace azud::kafka {
namespace {

void store_crc(char* batch, std::size_t size) {
  const ByteView covered(batch + batch_field::attributes, size - batch_field::attributes);
  store_big(batch + batch_field::crc, crc32c(covered));
}

}  // namespace

Result<BatchView> BatchView::parse(ByteView bytes) {
  if (bytes.size() <= batch_field::magic) return fail(Code::corrupt, "record batch is cut off: {} bytes", bytes.size());
  const auto magic = static_cast<unsigned char>(bytes[batch_field::magic]);
  if (magic < 2) {
    return fail(Code::unsupported,
                "records in the format before Kafka 0.11 are not taken, the client must be newer: {}", magic);
  }
  if (magic != 2) return fail(Code::corrupt, "record batch has an unknown format: {}", magic);
  const int64_t size =
      int64_t{load_big<int32_t>(bytes.data() + batch_field::batch_length)} + int64_t{batch_prefix_bytes};
  if (size < int64_t{batch_header_bytes}) return fail(Code::corrupt, "record batch has an impossible length: {}", size);
  if (size > static_cast<int64_t>(bytes.size())) {
    return fail(Code::corrupt, "record batch is cut off: {} of {} bytes", bytes.size(), size);
  }
  return BatchView(bytes.substr(0, static_cast<std::size_t>(size)));
}

Status BatchView::check_crc() const {
  const uint32_t found = crc32c(bytes_.substr(batch_field::attributes));
  if (found != crc()) return fail(Code::corrupt, "record batch has a wrong CRC: {:08x}, says {:08x}", found, crc());
  return {};
}

void patch_log_append_time(char* batch, std::size_t size, TimestampMs now) {
  const auto attributes = load_big<int16_t>(batch + batch_field::attributes);
  store_big(batch + batch_field::attributes, static_cast<int16_t>(attributes | batch_attribute::log_append_time));
  store_big(batch + batch_field::max_timestamp, now);
  store_crc(batch, size);
}

void patch_max_timestamp(char* batch, std::size_t size, TimestampMs max_timestamp) {
  store_big(batch + batch_field::max_timestamp, max_timestamp);
  store_crc(batch, size);
}

}  // namespace azud::kafka
