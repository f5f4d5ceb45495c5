#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/json_string.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

/// How bytes and records are shown.
enum class BytesAs : uint8_t {
  size,    ///< "12 bytes": for logs
  base64,  ///< whole, as Kafka's JSON form has it
};

/// Kafka's form of a UUID: base64 for URLs, 22 characters.
std::string to_text(const Uuid& uuid);

/// Writes described structures as JSON under Kafka's field names.
class TextWriter {
 public:
  TextWriter(std::string& out, int16_t version, BytesAs bytes_as) : out_(out), version_(version), bytes_as_(bytes_as) {}

  template <class T>
  void field(std::string_view name, const T& value, Field f = {}) {
    if (!f.versions.has(version_)) return;
    put_name(name);
    put(value);
  }
  template <class T>
  void tagged(uint32_t /*tag*/, std::string_view name, const T& value, Field f, const T& fallback = {}) {
    if (!f.versions.has(version_)) return;
    if constexpr (requires { value.has_value(); }) {
      if (!value.has_value()) return;
    } else if constexpr (requires { value.empty(); }) {
      if (value.empty()) return;
    } else {
      if (value == fallback) return;
    }
    put_name(name);
    put(value);
  }

  template <Described T>
  void put(const T& m) {
    out_.push_back('{');
    T::visit(m, *this);
    out_.push_back('}');
  }

 private:
  void put_name(std::string_view name) {
    if (out_.back() != '{') out_.push_back(',');
    append_json_string(out_, name);
    out_.push_back(':');
  }
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void put(T value) {
    if constexpr (std::is_enum_v<T>) {
      fmt::format_to(std::back_inserter(out_), "{}", static_cast<std::underlying_type_t<T>>(value));
    } else {
      fmt::format_to(std::back_inserter(out_), "{}", value);
    }
  }
  void put(const std::string& value) { append_json_string(out_, value); }
  void put(const Uuid& value) { append_json_string(out_, to_text(value)); }
  void put(const SharedBytes& value) { put_bytes(value.view()); }
  void put(const Records& value);
  template <class T>
  void put(const std::optional<T>& value) {
    if (value) {
      put(*value);
    } else {
      out_.append("null");
    }
  }
  template <class T>
  void put(const std::vector<T>& values) {
    out_.push_back('[');
    for (bool first = true; const T& value : values) {
      if (!first) out_.push_back(',');
      first = false;
      put(value);
    }
    out_.push_back(']');
  }
  void put_bytes(ByteView bytes);

  std::string& out_;
  int16_t version_;
  BytesAs bytes_as_;
};

/// `message` as it is in `version`, as one line of JSON.
template <Message M>
std::string to_text(const M& message, int16_t version, BytesAs bytes_as = BytesAs::size) {
  std::string out;
  TextWriter(out, version, bytes_as).put(message);
  return out;
}

}  // namespace azud::kafka
