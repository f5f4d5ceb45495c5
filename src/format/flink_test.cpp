// Compares the formats with what Flink made of the same messages: testdata/README.md.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "data/text.h"
#include "format/format.h"
#include "format/test_type.h"

namespace azud::format {
namespace {

/// Java's escapes.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    if (c >= '0' && c <= '7') {
      int value = 0;
      std::size_t digits = 0;
      for (; digits < 3 && i < text.size() && text[i] >= '0' && text[i] <= '7'; ++digits, ++i)
        value = value * 8 + (text[i] - '0');
      --i;
      out += static_cast<char>(value);
    } else {
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
    }
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\0')
      out += "\\0";
    else if (c == '\\')
      out += "\\\\";
    else if (static_cast<unsigned char>(c) < ' ')
      out += fmt::format("\\{:03o}", static_cast<int>(c));
    else
      out += c;
  }
  return out;
}

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> out;
  std::size_t from = 0, at = 0;
  while ((at = text.find(by, from)) != std::string::npos) {
    out.push_back(text.substr(from, at - from));
    from = at + by.size();
  }
  out.push_back(text.substr(from));
  return out;
}

Options options_of(const std::string& text) {
  Options::Map out;
  if (text.find('=') == std::string::npos) return Options();
  for (const std::string& pair : split(text.substr(text.find_first_not_of(' ')), "&")) {
    const std::size_t at = pair.find('=');
    if (at != std::string::npos) out[pair.substr(0, at)] = unescaped(pair.substr(at + 1));
  }
  return Options(std::move(out));
}

struct Case {
  bool decode = true;
  bool hex = false;
  std::string format;
  std::vector<data::FieldType> fields;
  Options options;
  std::string message;
};

Result<data::Batch> decode(const std::string& format, const Options& options,
                           const std::vector<data::FieldType>& fields, const std::string& message) {
  DecoderSpec spec{.fields = fields};
  std::vector<data::ColumnBuilder> builders;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    spec.wanted.push_back(static_cast<int32_t>(i));
    builders.emplace_back(fields[i].type);
  }
  TRY_ASSIGN(const DecoderPtr decoder, make_decoder(format, options, std::move(spec)));
  Result<Decoded> decoded = decoder->decode(message, builders);
  if (!decoded) {
    for (const data::ColumnBuilder& builder : builders) EXPECT_EQ(builder.size(), 0U) << "a failed row left something";
    return std::unexpected(std::move(decoded).error());
  }
  data::Batch batch{.rows = decoded->rows};
  for (data::ColumnBuilder& builder : builders) batch.columns.push_back(builder.finish());
  for (const data::ColumnPtr& column : batch.columns) EXPECT_EQ(column->size(), batch.rows);
  return batch;
}

Result<std::string> run(const Case& test) {
  if (test.decode) {
    TRY_ASSIGN(const data::Batch batch, decode(test.format, test.options, test.fields, test.message));
    std::string out;
    for (std::size_t row = 0; row < batch.rows; ++row) out += (row == 0 ? "" : " ") + data::to_text(batch, row);
    return out.empty() ? "(none)" : escaped(out.substr(0, out.find_last_not_of(' ') + 1));
  }
  TRY_ASSIGN(const data::Batch batch, decode("json", Options(), test.fields, test.message));
  TRY_ASSIGN(const EncoderPtr encoder, make_encoder(test.format, test.options, test.fields));
  encoder->bind(batch.columns);
  std::string out;
  TRY_ASSIGN(const bool some, encoder->encode(0, out));
  if (!some) return "null";
  return test.hex ? to_hex(out) : "[" + escaped(out) + "]";
}

/// Where Flink's reader hands on no row, azud's says why, so that the message can be kept.
std::string without_null_rows(std::string rows) {
  for (std::size_t at = 0; (at = rows.find("NULLROW")) != std::string::npos;)
    rows.erase(at == 0 ? at : at - 1, at == 0 ? 7 : 8);
  return rows.empty() ? "(none)" : rows;
}

void compare(const std::string& file) {
  std::ifstream in(std::string(AZUD_SOURCE_DIR "/src/format/testdata/") + file);
  ASSERT_TRUE(in.good());
  std::size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> sides = split(line, " => ");
    const std::vector<std::string> parts = split(sides[0], " | ");
    ASSERT_EQ(parts.size(), 4U) << line;
    const std::vector<std::string> head = split(parts[0], " ");
    const data::DataType type = test_type(parts[1]);
    Case test{.decode = head[0] == "decode",
              .hex = head.size() > 2,
              .format = head[1],
              .fields = type.fields(),
              .options = options_of(parts[2])};
    test.message = !test.decode ? parts[3] : test.hex ? from_hex(parts[3]) : unescaped(parts[3]);
    const Result<std::string> found = run(test);
    const std::string expected = without_null_rows(sides.size() > 2 ? sides[2] : sides[1]);
    if (expected == "(none)") {
      EXPECT_TRUE(!found || *found == "(none)") << line << "\nfound: " << *found;
    } else if (expected == "FAILED") {
      EXPECT_FALSE(found.has_value()) << line << "\nfound: " << *found;
    } else {
      EXPECT_EQ(found.has_value() ? *found : "FAILED: " + found.error().to_text(), expected) << line;
    }
    ++count;
  }
  EXPECT_GT(count, 30U);
}

TEST(SameAsFlink, csv) { compare("csv.txt"); }
TEST(SameAsFlink, json) { compare("json.txt"); }
TEST(SameAsFlink, raw) { compare("raw.txt"); }

}  // namespace
}  // namespace azud::format
