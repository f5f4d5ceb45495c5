#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "kafka/wire/record_batch.h"

namespace azud::kafka {

struct HeaderView {
  ByteView key;
  std::optional<ByteView> value;
};

/// One record of a batch, in the batch's bytes (or, of a packed batch, in its reader's buffer).
struct RecordView {
  int64_t offset = 0;
  TimestampMs timestamp = 0;
  std::optional<ByteView> key;
  std::optional<ByteView> value;
  int32_t header_count = 0;
  ByteView headers;  ///< for HeaderReader
  int32_t offset_delta = 0;
};

/// Takes the records of a batch one by one, without an allocation for each. Reusable: its buffer for packed batches
/// stays. Owned by one thread.
///
///     TRY(reader.open(batch));
///     while (reader.next(record)) …;
///     TRY(reader.status());
class RecordReader {
 public:
  /// Starts at the first record of `batch`, whose bytes must outlive the reading; unpacks them if need be.
  Status open(const BatchView& batch, std::size_t unpacked_bytes_max = unpacked_bytes_max_default);

  /// False at the end or at bytes that are no record; status() tells which.
  bool next(RecordView& record);

  /// Gives back the buffer if a large batch has made it larger than `kept_bytes_max`.
  void shrink(std::size_t kept_bytes_max);

  /// Ok after all records that the batch declares were read and no byte is left over; else `corrupt`.
  Status status() const;

 private:
  bool malformed(const char* why);

  ByteView rest_;
  std::string unpacked_;
  int64_t base_offset_ = 0;
  TimestampMs base_timestamp_ = 0;
  TimestampMs max_timestamp_ = 0;
  bool log_append_time_ = false;
  int32_t count_ = 0;
  int32_t read_ = 0;
  const char* why_malformed_ = nullptr;
};

/// The headers of one record, which `RecordReader::next` has already checked.
class HeaderReader {
 public:
  explicit HeaderReader(const RecordView& record) : rest_(record.headers), left_(record.header_count) {}
  bool next(HeaderView& header);

 private:
  ByteView rest_;
  int32_t left_;
};

}  // namespace azud::kafka
