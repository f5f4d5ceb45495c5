#include "kafka/wire/record_reader.h"

#include "base/varint.h"

namespace azud::kafka {
namespace {

/// A zig-zag varint; nearly all of a record's are one byte long.
inline bool take_signed(ByteView& in, int64_t& value, int bits_max) {
  uint64_t raw = 0;
  if (!in.empty() && static_cast<unsigned char>(in.front()) < 0x80) [[likely]] {
    raw = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
  } else if (!take_varint(in, raw, bits_max)) {
    return false;
  }
  value = unzigzag(raw);
  return true;
}

/// A length (-1 = null) and as many bytes.
inline bool take_bytes(ByteView& in, std::optional<ByteView>& bytes) {
  int64_t size = 0;
  if (!take_signed(in, size, 32)) return false;
  if (size == -1) {
    bytes.reset();
    return true;
  }
  if (size < 0 || size > static_cast<int64_t>(in.size())) return false;
  bytes = in.substr(0, static_cast<std::size_t>(size));
  in.remove_prefix(static_cast<std::size_t>(size));
  return true;
}

inline bool take_header(ByteView& in, HeaderView& header) {
  std::optional<ByteView> key;
  if (!take_bytes(in, key) || !key) return false;
  header.key = *key;
  return take_bytes(in, header.value);
}

}  // namespace

Status RecordReader::open(const BatchView& batch, std::size_t unpacked_bytes_max) {
  why_malformed_ = nullptr;
  read_ = 0;
  count_ = batch.record_count();
  if (count_ < 0) return fail(Code::corrupt, "record batch has a negative count: {}", count_);
  rest_ = batch.records();
  if (batch.codec() != Codec::none) {
    TRY(decompress(batch.codec(), rest_, unpacked_bytes_max, unpacked_));
    rest_ = unpacked_;
  }
  base_offset_ = batch.base_offset();
  base_timestamp_ = batch.base_timestamp();
  max_timestamp_ = batch.max_timestamp();
  log_append_time_ = batch.is_log_append_time();
  return {};
}

bool RecordReader::malformed(const char* why) {
  why_malformed_ = why;
  return false;
}

bool RecordReader::next(RecordView& record) {
  if (read_ == count_ || why_malformed_ != nullptr) return false;
  int64_t size = 0;
  if (!take_signed(rest_, size, 32) || size < 0 || size > static_cast<int64_t>(rest_.size())) {
    return malformed("its length does not fit the batch");
  }
  ByteView body = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(static_cast<std::size_t>(size));

  if (body.empty()) return malformed("it is empty");
  body.remove_prefix(1);  // attributes: no bit has a meaning yet
  int64_t timestamp_delta = 0;
  int64_t offset_delta = 0;
  if (!take_signed(body, timestamp_delta, 64)) return malformed("its timestamp is cut off");
  if (!take_signed(body, offset_delta, 32)) return malformed("its offset is cut off");
  if (!take_bytes(body, record.key)) return malformed("its key is cut off");
  if (!take_bytes(body, record.value)) return malformed("its value is cut off");
  int64_t header_count = 0;
  if (!take_signed(body, header_count, 32) || header_count < 0) return malformed("its header count is wrong");
  record.headers = body;
  HeaderView header;
  for (int64_t i = 0; i < header_count; ++i) {
    if (!take_header(body, header)) return malformed("a header is cut off");
  }
  if (!body.empty()) return malformed("bytes are left over");

  record.header_count = static_cast<int32_t>(header_count);
  record.offset_delta = static_cast<int32_t>(offset_delta);
  record.offset = base_offset_ + offset_delta;
  // Unsigned, because a hostile delta must not overflow.
  record.timestamp =
      log_append_time_
          ? max_timestamp_
          : static_cast<TimestampMs>(static_cast<uint64_t>(base_timestamp_) + static_cast<uint64_t>(timestamp_delta));
  ++read_;
  return true;
}

void RecordReader::shrink(std::size_t kept_bytes_max) {
  if (unpacked_.capacity() > kept_bytes_max) std::string().swap(unpacked_);
}

Status RecordReader::status() const {
  if (why_malformed_ != nullptr)
    return fail(Code::corrupt, "record {} of a batch is malformed: {}", read_, why_malformed_);
  if (read_ != count_) return fail(Code::corrupt, "record batch was not read to its end: {} of {}", read_, count_);
  if (!rest_.empty()) return fail(Code::corrupt, "record batch has bytes after its last record: {}", rest_.size());
  return {};
}

bool HeaderReader::next(HeaderView& header) {
  if (left_ == 0) return false;
  --left_;
  return take_header(rest_, header);
}

}  // namespace azud::kafka
