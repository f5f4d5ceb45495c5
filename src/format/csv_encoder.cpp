#include "format/csv_encoder.h"

#include <algorithm>

#include "base/base64.h"
#include "data/decimal.h"
#include "data/number_text.h"
#include "format/cell_writer.h"

namespace azud::format {
namespace {

using data::TypeKind;

/// Longer texts are quoted without a look at them, as Flink's csv library does.
constexpr std::size_t checked_units_max = 24;

class CsvEncoder final : public Encoder {
 public:
  explicit CsvEncoder(CsvOptions options)
      : options_(std::move(options)),
        safe_from_(static_cast<unsigned char>(std::max({options_.delimiter.front(), options_.quote, '\r'})) + 1U),
        delimiter_is_ascii_(options_.delimiter.size() == 1) {}

  Result<bool> encode(std::size_t row, std::string& out) override {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i != 0) out += options_.delimiter;
      append(*columns_[i], row, out);
    }
    return true;
  }

 private:
  void append(const data::Column& column, std::size_t row, std::string& out);
  void append_null(std::string& out) const {
    if (options_.null_literal) out += *options_.null_literal;
  }
  /// The value without quotes.
  void append_bare(const data::Column& column, std::size_t row, std::string& out) const;
  void append_elements(const data::Column& column, std::size_t row, std::string& out) const;
  bool needs_quotes(std::string_view text) const;
  void append_quoted(std::string_view text, std::string& out) const;

  CsvOptions options_;
  unsigned safe_from_;  ///< the first byte that never needs quotes
  bool delimiter_is_ascii_;
  std::string scratch_;
};

bool is_bare(TypeKind kind) { return kind == TypeKind::boolean || data::is_numeric(kind); }

void CsvEncoder::append(const data::Column& column, std::size_t row, std::string& out) {
  if (column.is_null(row)) return append_null(out);
  const TypeKind kind = column.type().kind();
  if (is_bare(kind)) return append_bare(column, row, out);
  if (data::is_text(kind)) return append_quoted(column.values<std::string_view>()[row], out);
  scratch_.clear();
  if (kind == TypeKind::array || kind == TypeKind::row)
    append_elements(column, row, scratch_);
  else
    append_bare(column, row, scratch_);
  append_quoted(scratch_, out);
}

void CsvEncoder::append_bare(const data::Column& column, std::size_t row, std::string& out) const {
  switch (column.type().kind()) {
    case TypeKind::null: return append_null(out);
    case TypeKind::boolean: out += column.values<int8_t>()[row] != 0 ? "true" : "false"; return;
    case TypeKind::tinyint: return append_integer(out, column.values<int8_t>()[row]);
    case TypeKind::smallint: return append_integer(out, column.values<int16_t>()[row]);
    case TypeKind::integer: return append_integer(out, column.values<int32_t>()[row]);
    case TypeKind::bigint: return append_integer(out, column.values<int64_t>()[row]);
    case TypeKind::real: return data::append_float(out, column.values<float>()[row]);
    case TypeKind::double_precision: return data::append_double(out, column.values<double>()[row]);
    case TypeKind::decimal: {
      const data::Int128 value = column.values<data::Int128>()[row];
      if (options_.scientific_decimals) return append_stripped_decimal(out, value, column.type().scale());
      return data::append_decimal(out, value, column.type().scale());
    }
    case TypeKind::binary:
    case TypeKind::varbinary: return append_base64(out, column.values<std::string_view>()[row]);
    case TypeKind::character:
    case TypeKind::varchar: out += column.values<std::string_view>()[row]; return;
    default: return append_time_value(out, column, row, ' ');
  }
}

void CsvEncoder::append_elements(const data::Column& column, std::size_t row, std::string& out) const {
  const auto element = [&](const data::Column& values, std::size_t at) {
    if (values.is_null(at))
      append_null(out);
    else
      append_bare(values, at, out);
  };
  if (column.type().kind() == TypeKind::row) {
    const auto& children = column.row_values().children;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (i != 0) out += options_.element_delimiter;
      element(*children[i], row);
    }
    return;
  }
  const data::ListValues& list = column.list_values();
  for (uint32_t at = list.offsets[row]; at < list.offsets[row + 1]; ++at) {
    if (at != list.offsets[row]) out += options_.element_delimiter;
    element(*list.children.front(), at);
  }
}

bool CsvEncoder::needs_quotes(std::string_view text) const {
  std::size_t units = 0;  // of UTF-16
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < safe_from_ || (options_.escape != 0 && c == options_.escape)) return true;
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
    if (units > checked_units_max) return true;
  }
  return !delimiter_is_ascii_ && !text.empty();
}

void CsvEncoder::append_quoted(std::string_view text, std::string& out) const {
  if (options_.quote == 0 || !needs_quotes(text)) {
    out += text;
    return;
  }
  out += options_.quote;
  for (const char c : text) {
    if (c == options_.quote)
      out += c;
    else if (options_.escape != 0 && c == options_.escape)
      out += c;
    out += c;
  }
  out += options_.quote;
}

}  // namespace

Result<EncoderPtr> make_csv_encoder(const Options& options, const std::vector<data::FieldType>& fields) {
  TRY_ASSIGN(CsvOptions csv, CsvOptions::parse(options));
  for (const data::FieldType& field : fields) TRY(check_csv_type(field));
  return std::make_unique<CsvEncoder>(std::move(csv));
}

}  // namespace azud::format
