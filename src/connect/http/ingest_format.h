#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace azud::connect {

enum class IngestType : uint8_t { int32, int64, float64, boolean, text };

/// The name in configurations: int, bigint, double, boolean, string.
std::string_view to_string(IngestType type);
Result<IngestType> parse_ingest_type(std::string_view name);

struct IngestField {
  std::string name;
  IngestType type = IngestType::text;
  std::vector<std::string> json_names;  ///< names in the JSON form; empty = `name`
};

/// What a topic's messages must look like, from configuration.
struct IngestRule {
  std::vector<IngestField> fields;
  std::string key;  ///< the field that becomes the record's key; empty = none
};

/// Turns a message of any accepted form into the CSV form that the topic holds:
///
///   - a CSV line (RFC 4180 quotes allowed): 42959,true,false,25.5,30
///   - the same between braces:              {"42959","true","false","25.5","30.0"}
///   - a JSON object, values native or as text: {"id":42959,"movimiento":"true",…}
///
/// Integers and booleans come out in their one canonical form, doubles with the digits as they were written, texts
/// quoted where CSV needs it. Every field must be there; JSON members that are no fields are ignored. Immutable, used
/// by all threads; nothing is allocated for a field or, after the first few messages of a thread, for a message.
class IngestFormat {
 public:
  /// `invalid` for no fields, names that are not unique, or a key that is no field.
  static Result<std::shared_ptr<const IngestFormat>> create(IngestRule rule);

  struct Message {
    std::string csv;      ///< without a line end
    std::string key;      ///< empty if the rule has no key
    std::string problem;  ///< what is wrong, with the field, what was found and what is expected
  };

  /// Fills `message`, whose memory is used again; false with `problem` set if the body does not fit.
  bool normalise(ByteView body, Message& message) const;

  bool has_key() const { return key_ < rule_.fields.size(); }
  const IngestRule& rule() const { return rule_; }

 private:
  struct Value;
  class Values;
  explicit IngestFormat(IngestRule rule) : rule_(std::move(rule)) {}

  bool read_csv(ByteView line, Values& values, std::string& problem) const;
  bool read_json(ByteView body, Values& values, std::string& problem) const;
  bool write(std::size_t index, const Value& value, Message& message) const;
  std::size_t field_of_json_name(std::string_view name) const;
  std::string names() const;

  IngestRule rule_;
  std::size_t key_ = 0;  ///< index of the key field; fields.size() = none
};

}  // namespace azud::connect
