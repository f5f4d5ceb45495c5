// Messages from anybody: the first byte chooses format and options. Nothing may crash, what fails leaves no rows, and
// rows that json took can be written and read again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "format/format.h"

namespace azud::format {
namespace {

using data::DataType;

void require(bool holds) {
  if (!holds) std::abort();
}

const std::vector<data::FieldType> csv_fields = {
    {"a", DataType::integer()},          {"b", DataType::string()},
    {"c", DataType::double_precision()}, {"d", DataType::array(DataType::decimal(10, 2))},
    {"e", DataType::timestamp(3)},       {"f", DataType::row({{"x", DataType::boolean()}, {"y", DataType::bytes()}})}};
const std::vector<data::FieldType> json_fields = {
    {"a", DataType::integer()},
    {"b", DataType::string()},
    {"c", DataType::double_precision()},
    {"d", DataType::array(DataType::row({{"x", DataType::bigint()}, {"y", DataType::time(3)}}))},
    {"e", DataType::timestamp_ltz(3)},
    {"f", DataType::map(DataType::string(), DataType::decimal(20, 5))},
    {"g", DataType::bytes()}};

struct Rows {
  std::vector<data::ColumnPtr> columns;
  uint32_t count = 0;
  bool ok = false;
};

Rows decode(const char* format, const Options& options, const std::vector<data::FieldType>& fields, ByteView message,
            bool all) {
  DecoderSpec spec{.fields = fields, .keep_views = true};
  std::vector<data::ColumnBuilder> builders;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!all && i % 2 == 1) continue;
    spec.wanted.push_back(static_cast<int32_t>(i));
    builders.emplace_back(fields[i].type);
  }
  const auto decoder = make_decoder(format, options, std::move(spec));
  require(decoder.has_value());
  const Result<Decoded> decoded = (*decoder)->decode(message, builders);
  Rows out{.count = decoded.has_value() ? decoded->rows : 0, .ok = decoded.has_value()};
  for (data::ColumnBuilder& builder : builders) {
    require(builder.size() == out.count);
    out.columns.push_back(builder.finish());
  }
  return out;
}

std::string encoded(const char* format, const std::vector<data::FieldType>& fields, const Rows& rows, uint32_t row) {
  const auto encoder = make_encoder(format, Options(), fields);
  (*encoder)->bind(rows.columns);
  std::string out;
  require((*encoder)->encode(row, out).has_value());
  return out;
}

void try_csv(unsigned choice, ByteView message) {
  Options::Map options;
  if ((choice & 1) != 0) options["ignore-parse-errors"] = "true";
  if ((choice & 2) != 0) options["escape-character"] = "\\";
  if ((choice & 4) != 0) options["allow-comments"] = "true";
  if ((choice & 8) != 0) options["trim-spaces"] = "true";
  if ((choice & 16) != 0) options["field-delimiter"] = "€";
  const bool all = (choice & 32) != 0;
  const Rows rows = decode("csv", Options(std::move(options)), csv_fields, message, all);
  if (rows.ok && all) encoded("csv", csv_fields, rows, 0);
}

void try_json(unsigned choice, ByteView message) {
  Options::Map options;
  if ((choice & 1) != 0)
    options["ignore-parse-errors"] = "true";
  else if ((choice & 2) != 0)
    options["fail-on-missing-field"] = "true";
  if ((choice & 4) != 0) options["timestamp-format.standard"] = "ISO-8601";
  const bool all = (choice & 8) != 0;
  const Rows rows = decode("json", Options(std::move(options)), json_fields, message, all);
  if (!rows.ok || !all) return;
  for (uint32_t row = 0; row < rows.count; ++row) {
    const std::string text = encoded("json", json_fields, rows, row);
    const Rows again = decode("json", Options(), json_fields, text, true);
    require(again.ok && again.count == 1);
    require(encoded("json", json_fields, again, 0) == text);
  }
}

}  // namespace
}  // namespace azud::format

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  // A copy of its own size, so that a step over its end is seen.
  const std::vector<char> message(data + 1, data + size);
  const azud::ByteView view(message.data(), message.size());
  if ((choice & 128) != 0)
    azud::format::try_csv(choice, view);
  else
    azud::format::try_json(choice, view);
  return 0;
}
