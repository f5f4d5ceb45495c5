#include "format/json_encoder.h"

#include <cmath>

#include "base/base64.h"
#include "data/decimal.h"
#include "data/number_text.h"
#include "format/cell_writer.h"
#include "format/json_options.h"
#include "format/json_text.h"

namespace azud::format {
namespace {

using data::TypeKind;

/// A type as the encoder walks it: ROW has its fields' names, quoted and with the colon.
struct Writer {
  explicit Writer(const data::DataType& type) : kind(type.kind()), scale(type.scale()) {
    for (const data::FieldType& field : type.fields()) {
      children.emplace_back(field.type);
      std::string name;
      append_json_string(name, field.name);
      names.push_back(name + ":");
    }
  }

  TypeKind kind;
  int scale;
  std::vector<Writer> children;
  std::vector<std::string> names;
};

class JsonEncoder final : public Encoder {
 public:
  JsonEncoder(JsonOptions options, const data::DataType& row) : options_(std::move(options)), root_(row) {}

  Result<bool> encode(std::size_t row, std::string& out) override {
    TRY(write_fields(root_, columns_, row, out));
    return true;
  }

 private:
  Status write_fields(const Writer& writer, const std::vector<data::ColumnPtr>& columns, std::size_t row,
                      std::string& out) const;
  Status write(const Writer& writer, const data::Column& column, std::size_t row, std::string& out) const;
  Status write_array(const Writer& writer, const data::Column& column, std::size_t row, std::string& out) const;
  Status write_map(const Writer& writer, const data::Column& column, std::size_t row, std::string& out) const;
  void write_decimal(data::Int128 value, int scale, std::string& out) const;

  JsonOptions options_;
  Writer root_;
};

template <class T>
void write_approximate(T value, std::string& out) {
  const bool quoted = !std::isfinite(value);
  if (quoted) out += '"';
  if constexpr (sizeof(T) == sizeof(float))
    data::append_float(out, value);
  else
    data::append_double(out, value);
  if (quoted) out += '"';
}

Status JsonEncoder::write_fields(const Writer& writer, const std::vector<data::ColumnPtr>& columns, std::size_t row,
                                 std::string& out) const {
  out += '{';
  bool first = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const data::Column& column = *columns[i];
    if (options_.ignore_null_fields && column.is_null(row)) continue;
    if (!first) out += ',';
    first = false;
    out += writer.names[i];
    TRY(write(writer.children[i], column, row, out));
  }
  out += '}';
  return {};
}

Status JsonEncoder::write(const Writer& writer, const data::Column& column, std::size_t row, std::string& out) const {
  if (column.is_null(row)) {
    out += "null";
    return {};
  }
  switch (writer.kind) {
    case TypeKind::null: out += "null"; break;
    case TypeKind::boolean: out += column.values<int8_t>()[row] != 0 ? "true" : "false"; break;
    case TypeKind::tinyint: append_integer(out, column.values<int8_t>()[row]); break;
    case TypeKind::smallint: append_integer(out, column.values<int16_t>()[row]); break;
    case TypeKind::integer:
    case TypeKind::interval_months: append_integer(out, column.values<int32_t>()[row]); break;
    case TypeKind::bigint:
    case TypeKind::interval_ms: append_integer(out, column.values<int64_t>()[row]); break;
    case TypeKind::real: write_approximate(column.values<float>()[row], out); break;
    case TypeKind::double_precision: write_approximate(column.values<double>()[row], out); break;
    case TypeKind::decimal: write_decimal(column.values<data::Int128>()[row], writer.scale, out); break;
    case TypeKind::character:
    case TypeKind::varchar: append_json_string(out, column.values<std::string_view>()[row]); break;
    case TypeKind::binary:
    case TypeKind::varbinary:
      out += '"';
      append_base64(out, column.values<std::string_view>()[row]);
      out += '"';
      break;
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz:
      out += '"';
      append_time_value(out, column, row, options_.timestamps == TimestampForm::iso ? 'T' : ' ');
      out += '"';
      break;
    case TypeKind::row: return write_fields(writer, column.row_values().children, row, out);
    case TypeKind::array: return write_array(writer, column, row, out);
    case TypeKind::map:
    case TypeKind::multiset: return write_map(writer, column, row, out);
  }
  return {};
}

void JsonEncoder::write_decimal(data::Int128 value, int scale, std::string& out) const {
  if (options_.plain_decimals)
    data::append_decimal(out, value, scale);
  else
    append_stripped_decimal(out, value, scale);
}

Status JsonEncoder::write_array(const Writer& writer, const data::Column& column, std::size_t row,
                                std::string& out) const {
  const data::ListValues& list = column.list_values();
  out += '[';
  for (uint32_t at = list.offsets[row]; at < list.offsets[row + 1]; ++at) {
    if (at != list.offsets[row]) out += ',';
    TRY(write(writer.children.front(), *list.children.front(), at, out));
  }
  out += ']';
  return {};
}

Status JsonEncoder::write_map(const Writer& writer, const data::Column& column, std::size_t row,
                              std::string& out) const {
  const data::ListValues& list = column.list_values();
  const data::Column& keys = *list.children[0];
  out += '{';
  bool first = true;
  for (uint32_t at = list.offsets[row]; at < list.offsets[row + 1]; ++at) {
    const bool is_null = keys.is_null(at);
    if (is_null && options_.map_null_key == JsonOptions::MapNullKey::drop) continue;
    if (is_null && options_.map_null_key == JsonOptions::MapNullKey::fail)
      return fail(Code::invalid,
                  "JSON format doesn't support to serialize map data with null keys. You can drop null key entries or "
                  "encode null in literals by specifying map-null-key.mode option");
    if (!first) out += ',';
    first = false;
    append_json_string(out,
                       is_null ? std::string_view(options_.map_null_key_literal) : keys.values<std::string_view>()[at]);
    out += ':';
    TRY(write(writer.children[1], *list.children[1], at, out));
  }
  out += '}';
  return {};
}

}  // namespace

Result<EncoderPtr> make_json_encoder(const Options& options, const std::vector<data::FieldType>& fields) {
  TRY_ASSIGN(JsonOptions json, JsonOptions::parse(options));
  for (const data::FieldType& field : fields) TRY(check_json_type(field.type));
  return std::make_unique<JsonEncoder>(std::move(json), data::DataType::row(fields));
}

}  // namespace azud::format
