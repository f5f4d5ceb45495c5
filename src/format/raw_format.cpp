#include "format/raw_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "format/charset.h"

namespace azud::format {
namespace {

using data::TypeKind;

struct RawOptions {
  std::unique_ptr<Charset> charset;  ///< null: UTF-8
  bool little_endian = false;
};

Result<RawOptions> parse(const Options& options) {
  RawOptions out;
  TRY_ASSIGN(out.charset, Charset::find(options.text("charset", "UTF-8")));
  const std::string_view endianness = options.text("endianness", "big-endian");
  if (endianness != "big-endian" && endianness != "little-endian")
    return fail(Code::invalid,
                "Unsupported endianness name: {}. Valid values of '{}' option are 'big-endian' and 'little-endian'",
                endianness, options.full_key("endianness"));
  out.little_endian = endianness == "little-endian";
  return out;
}

/// Bytes of a number of this type; 0 for text and bytes.
std::size_t size_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
    case TypeKind::tinyint: return 1;
    case TypeKind::smallint: return 2;
    case TypeKind::integer:
    case TypeKind::real: return 4;
    case TypeKind::bigint:
    case TypeKind::double_precision: return 8;
    default: return 0;
  }
}

Status check(const std::vector<data::FieldType>& fields) {
  if (fields.size() != 1) {
    std::string names;
    for (const data::FieldType& field : fields)
      names += fmt::format("{}`{}` {}", names.empty() ? "" : ", ", field.name, field.type.to_sql());
    return fail(Code::invalid,
                "The 'raw' format only supports single physical column. However the defined schema contains multiple "
                "physical columns: [{}]",
                names);
  }
  const data::DataType& type = fields.front().type;
  if (size_of(type.kind()) == 0 && !data::is_text(type.kind()) && !data::is_bytes(type.kind()))
    return fail(Code::unsupported, "The 'raw' format doesn't supports '{}' as column type", type.to_sql());
  return {};
}

template <class T>
T load(const char* at, bool little_endian) {
  std::array<char, sizeof(T)> bytes;
  std::memcpy(bytes.data(), at, sizeof(T));
  if (!little_endian) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<T>(bytes);
}

template <class T>
void store(std::string& out, T value, bool little_endian) {
  auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(value);
  if (!little_endian) std::reverse(bytes.begin(), bytes.end());
  out.append(bytes.data(), bytes.size());
}

class RawDecoder final : public Decoder {
 public:
  RawDecoder(RawOptions options, DecoderSpec spec)
      : options_(std::move(options)),
        type_(spec.fields.front().type),
        name_(spec.fields.front().name),
        keep_views_(spec.keep_views) {}

  Result<Decoded> decode(ByteView message, std::span<data::ColumnBuilder> out) override {
    const std::size_t size = size_of(type_.kind());
    if (size != 0 && message.size() != size)
      return fail(Code::invalid, "field 1 ({}): expected {} bytes for {}, found {}", name_, size, type_.to_sql(),
                  message.size());
    if (!out.empty()) append(message, out.front());
    return Decoded{};
  }

  Result<Decoded> decode_null(std::span<data::ColumnBuilder> out) override {
    if (!out.empty()) out.front().append_null();
    return Decoded{};
  }

  const std::string& complaint() const override { return no_complaint_; }

 private:
  void append(ByteView message, data::ColumnBuilder& out) {
    const bool little = options_.little_endian;
    switch (type_.kind()) {
      case TypeKind::boolean: out.append<int8_t>(message.front() != 0 ? 1 : 0); break;
      case TypeKind::tinyint: out.append(static_cast<int8_t>(message.front())); break;
      case TypeKind::smallint: out.append(load<int16_t>(message.data(), little)); break;
      case TypeKind::integer: out.append(load<int32_t>(message.data(), little)); break;
      case TypeKind::bigint: out.append(load<int64_t>(message.data(), little)); break;
      case TypeKind::real: out.append(load<float>(message.data(), little)); break;
      case TypeKind::double_precision: out.append(load<double>(message.data(), little)); break;
      default: append_text(message, out); break;
    }
  }

  void append_text(ByteView message, data::ColumnBuilder& out) {
    if (data::is_text(type_.kind()) && options_.charset) {
      scratch_.clear();
      options_.charset->append_utf8(scratch_, message);
      out.append_text(scratch_);
    } else if (keep_views_) {
      out.append_view(message);
    } else {
      out.append_text(message);
    }
  }

  RawOptions options_;
  data::DataType type_;
  std::string name_;
  bool keep_views_;
  std::string scratch_;
  std::string no_complaint_;
};

class RawEncoder final : public Encoder {
 public:
  explicit RawEncoder(RawOptions options) : options_(std::move(options)) {}

  Result<bool> encode(std::size_t row, std::string& out) override {
    const data::Column& column = *columns_.front();
    if (column.is_null(row)) return false;
    const bool little = options_.little_endian;
    switch (column.type().kind()) {
      case TypeKind::boolean:
      case TypeKind::tinyint: out += static_cast<char>(column.values<int8_t>()[row]); break;
      case TypeKind::smallint: store(out, column.values<int16_t>()[row], little); break;
      case TypeKind::integer: store(out, column.values<int32_t>()[row], little); break;
      case TypeKind::bigint: store(out, column.values<int64_t>()[row], little); break;
      case TypeKind::real: store(out, column.values<float>()[row], little); break;
      case TypeKind::double_precision: store(out, column.values<double>()[row], little); break;
      default: {
        const std::string_view text = column.values<std::string_view>()[row];
        if (data::is_text(column.type().kind()) && options_.charset)
          options_.charset->append_bytes(out, text);
        else
          out += text;
      }
    }
    return true;
  }

 private:
  RawOptions options_;
};

}  // namespace

Result<DecoderPtr> make_raw_decoder(const Options& options, DecoderSpec spec) {
  TRY_ASSIGN(RawOptions raw, parse(options));
  TRY(check(spec.fields));
  return std::make_unique<RawDecoder>(std::move(raw), std::move(spec));
}

Result<EncoderPtr> make_raw_encoder(const Options& options, const std::vector<data::FieldType>& fields) {
  TRY_ASSIGN(RawOptions raw, parse(options));
  TRY(check(fields));
  return std::make_unique<RawEncoder>(std::move(raw));
}

}  // namespace azud::format
