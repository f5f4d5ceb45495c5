#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/time.h"
#include "kafka/wire/record_batch.h"
#include "kafka/wire/record_reader.h"

namespace azud::kafka {

/// What a batch says of itself beside its records.
struct BatchOptions {
  Codec codec = Codec::none;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  bool transactional = false;
  bool control = false;
};

/// Makes a record batch of records, offsets from 0. Reusable; records are written once, straight into the batch, and no
/// allocation is made for a record. Owned by one thread.
class BatchBuilder {
 public:
  explicit BatchBuilder(BatchOptions options = {}) : options_(options) {}

  /// Appends a record. The batch must stay under 1 GiB: see size().
  void add(TimestampMs timestamp, std::optional<ByteView> key, std::optional<ByteView> value,
           std::span<const HeaderView> headers = {});

  bool empty() const { return count_ == 0; }
  int32_t count() const { return count_; }
  /// Bytes so far, before packing.
  std::size_t size() const { return empty() ? batch_header_bytes : used_; }
  TimestampMs max_timestamp() const { return max_timestamp_; }

  /// The finished batch, CRC and all, of at least one record; the builder is empty again.
  SharedBytes finish();

  void set_options(BatchOptions options) { options_ = options; }

 private:
  void make_room(std::size_t bytes);
  void write_header(std::string& batch) const;

  BatchOptions options_;
  std::string buffer_;  ///< header and records in its first `used_` bytes
  std::size_t used_ = 0;
  std::size_t last_size_ = 0;
  int32_t count_ = 0;
  TimestampMs base_timestamp_ = 0;
  TimestampMs max_timestamp_ = 0;
};

}  // namespace azud::kafka
