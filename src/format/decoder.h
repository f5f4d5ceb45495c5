#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "data/builder.h"

namespace azud::format {

/// What a message holds and what of it is wanted.
struct DecoderSpec {
  std::vector<data::FieldType> fields;  ///< all of it, in order
  std::vector<int32_t> wanted;          ///< places in `fields`, each once: builder i takes fields[wanted[i]]
  /// Text may point into the message: whoever calls keeps the message alive as long as the columns (add_owner).
  bool keep_views = false;
};

struct Decoded {
  uint32_t rows = 1;  ///< appended
  /// A field could not be read and is NULL, because the options say so (ignore-parse-errors); Decoder::complaint() says
  /// which and why.
  bool complained = false;
};

/// Turns messages into rows. Keeps buffers: belongs to one thread.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Appends the rows of one message (one, for most formats) to `out`, one builder a wanted field, all of one length.
  /// Fails with `invalid` and a reason (field, what is expected, what was found), and then `out` is as before. What a
  /// format drops by its own options without a row fails too: whoever calls decides what becomes of it.
  virtual Result<Decoded> decode(ByteView message, std::span<data::ColumnBuilder> out) = 0;

  /// A message without a value (Kafka's null).
  virtual Result<Decoded> decode_null(std::span<data::ColumnBuilder> out) {
    (void)out;
    return Decoded{.rows = 0};
  }

  /// About the last `decode` that gave `complained`.
  virtual const std::string& complaint() const = 0;
};
using DecoderPtr = std::unique_ptr<Decoder>;

}  // namespace azud::format
