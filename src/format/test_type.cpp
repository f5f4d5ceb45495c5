#include "format/test_type.h"

#include <cctype>
#include <string>
#include <vector>

#include "base/assert.h"

namespace azud::format {
namespace {

using data::DataType;
using data::TypeKind;

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : rest_(text) {}

  DataType parse() {
    const std::string word = take_word();
    DataType type = composite(word);
    if (word == "INTERVAL") type = interval();
    if (take_text("NOT NULL")) return type.not_null();
    return type;
  }

 private:
  void skip() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  bool take_text(std::string_view text) {
    skip();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::string take_word() {
    skip();
    std::string out;
    if (take_text("`")) {
      while (!take_text("`")) {
        out += rest_.front();
        rest_.remove_prefix(1);
      }
      return out;
    }
    while (!rest_.empty() && (std::isalnum(static_cast<unsigned char>(rest_.front())) != 0 || rest_.front() == '_')) {
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    return out;
  }
  int32_t take_number(int32_t fallback) {
    if (!take_text("(")) return fallback;
    const int32_t out = std::stoi(take_word());
    second_ = take_text(",") ? std::stoi(take_word()) : 0;
    take_text(")");
    return out;
  }
  DataType interval() {
    const bool months = take_word() == "YEAR";
    take_text("TO");
    take_word();
    return DataType::of(months ? TypeKind::interval_months : TypeKind::interval_ms);
  }
  std::vector<data::FieldType> fields() {
    std::vector<data::FieldType> out;
    if (take_text(">")) return out;
    do {
      std::string name = take_word();
      out.push_back({std::move(name), parse()});
    } while (take_text(","));
    take_text(">");
    return out;
  }
  DataType element() {
    DataType out = parse();
    take_text(">");
    return out;
  }
  DataType composite(const std::string& word) {
    if (!take_text("<")) return simple(word);
    if (word == "ROW") return DataType::row(fields());
    if (word == "ARRAY") return DataType::array(element());
    if (word == "MULTISET") return DataType::multiset(element());
    AZUD_ASSERT(word == "MAP", "the type is known");
    DataType key = parse();
    take_text(",");
    return DataType::map(std::move(key), element());
  }
  DataType simple(const std::string& word) {
    if (word == "BOOLEAN") return DataType::boolean();
    if (word == "TINYINT") return DataType::of(TypeKind::tinyint);
    if (word == "SMALLINT") return DataType::of(TypeKind::smallint);
    if (word == "INT") return DataType::integer();
    if (word == "BIGINT") return DataType::bigint();
    if (word == "FLOAT") return DataType::of(TypeKind::real);
    if (word == "DOUBLE") return DataType::double_precision();
    if (word == "STRING") return DataType::string();
    if (word == "BYTES") return DataType::bytes();
    if (word == "DATE") return DataType::of(TypeKind::date);
    if (word == "CHAR") return DataType::character(take_number(1));
    if (word == "VARCHAR") return DataType::varchar(take_number(1));
    if (word == "BINARY") return DataType::binary(take_number(1));
    if (word == "VARBINARY") return DataType::varbinary(take_number(1));
    if (word == "TIME") return DataType::time(take_number(0));
    if (word == "TIMESTAMP") return DataType::timestamp(take_number(6));
    if (word == "TIMESTAMP_LTZ") return DataType::timestamp_ltz(take_number(6));
    if (word == "DECIMAL") {
      const int32_t precision = take_number(10);
      return DataType::decimal(precision, second_);
    }
    AZUD_ASSERT(word == "INTERVAL", "the type is known");
    return {};
  }

  std::string_view rest_;
  int32_t second_ = 0;
};

}  // namespace

data::DataType test_type(std::string_view text) { return TypeParser(text).parse(); }

}  // namespace azud::format
