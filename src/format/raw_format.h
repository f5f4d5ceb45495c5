#pragma once

#include <array>

#include "format/decoder.h"
#include "format/encoder.h"
#include "format/options.h"

namespace azud::format {

// Format raw: the message is one value: text, bytes, or a number of its type's size.

inline constexpr auto raw_option_keys = std::to_array<std::string_view>({"charset", "endianness"});

Result<DecoderPtr> make_raw_decoder(const Options& options, DecoderSpec spec);
Result<EncoderPtr> make_raw_encoder(const Options& options, const std::vector<data::FieldType>& fields);

}  // namespace azud::format
