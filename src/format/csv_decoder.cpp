#include "format/csv_decoder.h"

#include <simdjson.h>

#include "format/cell_reader.h"
#include "format/csv_scanner.h"

namespace azud::format {
namespace {

class CsvDecoder final : public Decoder {
 public:
  CsvDecoder(CsvOptions options, DecoderSpec spec);

  Result<Decoded> decode(ByteView message, std::span<data::ColumnBuilder> out) override;
  const std::string& complaint() const override { return complaint_; }

 private:
  /// A column of the message: where it goes, if anywhere, and how its text (or those of its elements) is read.
  struct Column {
    int32_t out = -1;
    data::TypeKind kind;
    std::vector<CellReader> cells;
  };

  Status decode_row(ByteView message, std::span<data::ColumnBuilder> out);
  /// The fields that are missing: NULL, or an error.
  Status fill(std::size_t found, std::span<data::ColumnBuilder> out);
  Status rest();
  bool append(const Column& column, std::string_view text, data::ColumnBuilder& out);
  bool append_cell(const CellReader& cell, std::string_view text, data::ColumnBuilder& out) const;
  bool append_array(const Column& column, std::string_view text, data::ColumnBuilder& out);
  bool append_row(const Column& column, std::string_view text, data::ColumnBuilder& out);
  bool append_element(const CellReader& cell, std::string_view text, data::ColumnBuilder& out);
  std::unexpected<Error> broken(CsvScanner::Next why, std::size_t field) const;
  std::string bad_field(std::size_t field, std::string_view text) const;
  void complain(std::string reason);

  CsvOptions options_;
  std::vector<data::FieldType> fields_;
  std::vector<Column> columns_;
  CsvScanner scanner_;
  bool special_nulls_;
  bool keep_views_;
  std::string complaint_;
  bool complained_ = false;
};

CsvDecoder::CsvDecoder(CsvOptions options, DecoderSpec spec)
    : options_(std::move(options)),
      fields_(std::move(spec.fields)),
      scanner_(options_),
      special_nulls_(options_.empty_string_as_null || options_.null_literal.has_value()),
      keep_views_(spec.keep_views) {
  for (const data::FieldType& field : fields_) {
    Column column{.kind = field.type.kind()};
    if (column.kind == data::TypeKind::array || column.kind == data::TypeKind::row)
      for (const data::FieldType& inner : field.type.fields())
        column.cells.emplace_back(inner.type, CellReader::Rules{});
    else
      column.cells.emplace_back(field.type, CellReader::Rules{.keep_views = false});
    columns_.push_back(std::move(column));
  }
  for (std::size_t i = 0; i < spec.wanted.size(); ++i)
    columns_[static_cast<std::size_t>(spec.wanted[i])].out = static_cast<int32_t>(i);
}

Result<Decoded> CsvDecoder::decode(ByteView message, std::span<data::ColumnBuilder> out) {
  complained_ = false;
  const std::size_t before = out.empty() ? 0 : out.front().size();
  if (Status done = decode_row(message, out); !done) [[unlikely]] {
    for (data::ColumnBuilder& builder : out) builder.truncate(before);
    return std::unexpected(std::move(done).error());
  }
  return Decoded{.rows = 1, .complained = complained_};
}

Status CsvDecoder::decode_row(ByteView message, std::span<data::ColumnBuilder> out) {
  if (!scanner_.start(message)) return fail(Code::invalid, "there is no row in it");
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::string_view text;
    const CsvScanner::Next next = scanner_.next(text);
    if (next == CsvScanner::Next::end) return fill(i, out);
    if (next != CsvScanner::Next::field) return broken(next, i);
    const Column& column = columns_[i];
    if (column.out < 0) continue;
    data::ColumnBuilder& builder = out[static_cast<std::size_t>(column.out)];
    if (append(column, text, builder)) continue;
    if (!options_.ignore_parse_errors) return fail(Code::invalid, "{}", bad_field(i, text));
    complain(bad_field(i, text));
    builder.append_null();
  }
  TRY(rest());
  if (scanner_.saw_non_ascii() && !simdjson::validate_utf8(message.data(), message.size()))
    return fail(Code::invalid, "the row is not UTF-8");
  return {};
}

Status CsvDecoder::fill(std::size_t found, std::span<data::ColumnBuilder> out) {
  const std::string reason = fmt::format("expected {} fields, found {}", columns_.size(), found);
  if (!options_.ignore_parse_errors || options_.fail_on_missing_columns) return fail(Code::invalid, "{}", reason);
  complain(reason);
  for (std::size_t i = found; i < columns_.size(); ++i)
    if (columns_[i].out >= 0) out[static_cast<std::size_t>(columns_[i].out)].append_null();
  return {};
}

/// What stands behind the last column: nothing, a blank field behind a trailing delimiter, or too much.
Status CsvDecoder::rest() {
  std::string_view text;
  std::size_t extra = 0;
  bool blank = true;
  CsvScanner::Next next;
  while ((next = scanner_.next(text)) == CsvScanner::Next::field) {
    ++extra;
    for (const char c : text) blank &= static_cast<unsigned char>(c) <= ' ';
  }
  if (next != CsvScanner::Next::end) return broken(next, columns_.size() + extra);
  if (extra == 0 || options_.ignore_trailing_unmappable) return {};
  if (extra == 1 && blank && options_.allow_trailing_comma) return {};
  return fail(Code::invalid, "expected {} fields, found {}", columns_.size(), columns_.size() + extra);
}

bool CsvDecoder::append(const Column& column, std::string_view text, data::ColumnBuilder& out) {
  if (column.kind == data::TypeKind::array) return append_array(column, text, out);
  if (column.kind == data::TypeKind::row) return append_row(column, text, out);
  return append_cell(column.cells.front(), text, out);
}

bool CsvDecoder::append_cell(const CellReader& cell, std::string_view text, data::ColumnBuilder& out) const {
  if (special_nulls_ &&
      ((text.empty() && options_.empty_string_as_null) || (options_.null_literal && text == *options_.null_literal))) {
    out.append_null();
    return true;
  }
  if (keep_views_ && data::is_text(out.type().kind()) && scanner_.in_message()) {
    out.append_view(text);
    return true;
  }
  return cell.append(text, out);
}

bool CsvDecoder::append_element(const CellReader& cell, std::string_view text, data::ColumnBuilder& out) {
  if (append_cell(cell, text, out)) return true;
  if (!options_.ignore_parse_errors) return false;
  complain(fmt::format("an element is no {}: {}", out.type().to_sql(), shown(text)));
  out.append_null();
  return true;
}

bool CsvDecoder::append_array(const Column& column, std::string_view text, data::ColumnBuilder& out) {
  data::ColumnBuilder& elements = out.child(0);
  const std::size_t before = out.size();
  while (!text.empty()) {
    const std::size_t end = text.find(options_.element_delimiter);
    if (!append_element(column.cells.front(), text.substr(0, end), elements)) {
      out.truncate(before);
      return false;
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + options_.element_delimiter.size());
    if (!text.empty()) continue;
    if (!append_element(column.cells.front(), text, elements)) {
      out.truncate(before);
      return false;
    }
  }
  out.finish_row();
  return true;
}

bool CsvDecoder::append_row(const Column& column, std::string_view text, data::ColumnBuilder& out) {
  if (text.empty()) {
    out.append_null();
    return true;
  }
  const std::size_t before = out.size();
  bool more = true;
  for (std::size_t i = 0; i < column.cells.size(); ++i) {
    const std::size_t end = more ? text.find(options_.element_delimiter) : std::string_view::npos;
    bool good = true;
    if (more) {
      good = append_element(column.cells[i], text.substr(0, end), out.child(i));
    } else {
      good = options_.ignore_parse_errors;
      if (good) out.child(i).append_null();
    }
    if (!good) {
      out.truncate(before);
      return false;
    }
    more = more && end != std::string_view::npos;
    if (more) text.remove_prefix(end + options_.element_delimiter.size());
  }
  out.finish_row();
  return true;
}

std::unexpected<Error> CsvDecoder::broken(CsvScanner::Next why, std::size_t field) const {
  switch (why) {
    case CsvScanner::Next::unclosed_quote:
      return fail(Code::invalid, "field {}: the closing quote {} is missing", field + 1, options_.quote);
    case CsvScanner::Next::text_after_quote:
      return fail(Code::invalid, "field {}: expected {} or the end behind the closing quote", field + 1,
                  shown(options_.delimiter));
    default: return fail(Code::invalid, "field {}: nothing follows the escape character", field + 1);
  }
}

std::string CsvDecoder::bad_field(std::size_t field, std::string_view text) const {
  return fmt::format("field {} ({}): expected {}, found {}", field + 1, fields_[field].name,
                     fields_[field].type.to_sql(), shown(text));
}

void CsvDecoder::complain(std::string reason) {
  if (!complained_) complaint_ = std::move(reason);
  complained_ = true;
}

}  // namespace

Result<DecoderPtr> make_csv_decoder(const Options& options, DecoderSpec spec) {
  TRY_ASSIGN(CsvOptions csv, CsvOptions::parse(options));
  for (const data::FieldType& field : spec.fields) TRY(check_csv_type(field));
  return std::make_unique<CsvDecoder>(std::move(csv), std::move(spec));
}

}  // namespace azud::format
