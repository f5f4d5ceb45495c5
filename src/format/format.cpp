#include "format/format.h"

#include <array>

#include "format/csv_decoder.h"
#include "format/csv_encoder.h"
#include "format/json_decoder.h"
#include "format/json_encoder.h"
#include "format/json_options.h"
#include "format/raw_format.h"

namespace azud::format {
namespace {

constexpr auto table = std::to_array<Format>({
    {"csv", CsvOptions::keys, make_csv_decoder, make_csv_encoder},
    {"json", JsonOptions::keys, make_json_decoder, make_json_encoder},
    {"raw", raw_option_keys, make_raw_decoder, make_raw_encoder},
});

}  // namespace

std::span<const Format> formats() { return table; }

Result<const Format*> find_format(std::string_view name) {
  std::string known;
  for (const Format& format : table) {
    if (format.name == name) return &format;
    known.append(known.empty() ? "" : ", ").append(format.name);
  }
  return std::unexpected(Error(Code::invalid, fmt::format("Could not find any format for identifier '{}'", name),
                               "Available format identifiers are: " + known));
}

Result<DecoderPtr> make_decoder(std::string_view format, const Options& options, DecoderSpec spec) {
  TRY_ASSIGN(const Format* found, find_format(format));
  return found->make_decoder(options, std::move(spec));
}

Result<EncoderPtr> make_encoder(std::string_view format, const Options& options,
                                const std::vector<data::FieldType>& fields) {
  TRY_ASSIGN(const Format* found, find_format(format));
  return found->make_encoder(options, fields);
}

}  // namespace azud::format
