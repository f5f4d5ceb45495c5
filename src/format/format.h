#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/decoder.h"
#include "format/encoder.h"
#include "format/options.h"

namespace azud::format {

/// A format by name: "csv", "json", "raw".
struct Format {
  std::string_view name;
  /// Its option keys without the format's name, sorted.
  std::span<const std::string_view> options;
  Result<DecoderPtr> (*make_decoder)(const Options& options, DecoderSpec spec);
  Result<EncoderPtr> (*make_encoder)(const Options& options, const std::vector<data::FieldType>& fields);
};

/// All of them, by name.
std::span<const Format> formats();
/// `invalid`, naming those there are.
Result<const Format*> find_format(std::string_view name);

/// `options` without the format's name before the keys. `invalid` for an unknown format or option value, `unsupported`
/// for a type that the format cannot hold.
Result<DecoderPtr> make_decoder(std::string_view format, const Options& options, DecoderSpec spec);
Result<EncoderPtr> make_encoder(std::string_view format, const Options& options,
                                const std::vector<data::FieldType>& fields);

}  // namespace azud::format
