#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/result.h"
#include "kafka/wire/field.h"
#include "kafka/wire/reader.h"

namespace azud::kafka {

/// Passes over the tagged fields of a structure that has none we know.
void skip_tagged_fields(Reader& in);

/// Fills described structures from a Reader, whose failure says whether that worked. Fields that the version does not
/// have keep their defaults; unknown tagged fields are skipped.
class Decoder {
 public:
  Decoder(Reader& in, int16_t version, bool flexible) : in_(in), version_(version), flexible_(flexible) {}

  template <class T>
  void field(std::string_view /*name*/, T& value, Field f = {}) {
    if (f.versions.has(version_)) take(value, f.is_nullable(version_));
  }
  template <class... Rest>
  void tagged(uint32_t /*tag*/, std::string_view /*name*/, auto& /*value*/, Field /*f*/, Rest&&...) {}

  template <Described T>
  void take_structure(T& m) {
    T::visit(m, *this);
    if (flexible_) take_tagged_fields(m);
  }

 private:
  struct TagReader {
    Decoder& outer;
    uint32_t wanted;
    void field(std::string_view, auto&, Field = {}) {}
    template <class T, class... Rest>
    void tagged(uint32_t tag, std::string_view /*name*/, T& value, Field f, Rest&&...) {
      if (tag == wanted && f.versions.has(outer.version_)) outer.take_present(value);
    }
  };

  template <Described T>
  void take_tagged_fields(T& m) {
    const uint32_t count = in_.take_varint();
    for (uint32_t i = 0; i < count && !in_.failed(); ++i) {
      TagReader reader{*this, in_.take_varint()};
      const std::size_t outer_end = in_.begin_part(in_.take_varint());
      T::visit(m, reader);
      in_.end_part(outer_end);
    }
  }

  // Below, `T{}` where nothing would do: clang takes a class nested in a message for not constructible.
  template <class T>
  void take_present(T& value) {
    take(value, true);
  }
  template <Described T>
  void take_present(std::optional<T>& value) {
    take_structure(value.emplace(T{}));
  }

  template <class T>
    requires std::is_arithmetic_v<T>
  void take(T& value, bool) {
    if constexpr (std::is_same_v<T, bool>) {
      value = in_.take_int<int8_t>() != 0;
    } else {
      value = in_.take_int<T>();
    }
  }
  template <class T>
    requires std::is_enum_v<T>
  void take(T& value, bool) {
    value = static_cast<T>(in_.take_int<std::underlying_type_t<T>>());
  }
  void take(Uuid& value, bool) {
    const ByteView bytes = in_.take_view(value.bytes.size());
    bytes.copy(reinterpret_cast<char*>(value.bytes.data()), bytes.size());
  }
  /// The length, or nullopt for null; null where it is not allowed fails.
  std::optional<std::size_t> take_size(bool is_short, bool nullable) {
    const int32_t size = is_short ? in_.take_short_length(flexible_) : in_.take_length(flexible_);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (!nullable) in_.refuse("a value is null that must not be");
    return std::nullopt;
  }
  void take(std::string& value, bool) { value = in_.take_view(take_size(true, false).value_or(0)); }
  void take(SharedBytes& value, bool) { value = in_.take_shared(take_size(false, false).value_or(0)); }
  void take(std::optional<std::string>& value, bool nullable) {
    const auto size = take_size(true, nullable);
    value.reset();
    if (size) value = in_.take_view(*size);
  }
  void take(std::optional<SharedBytes>& value, bool nullable) {
    const auto size = take_size(false, nullable);
    value.reset();
    if (size) value = in_.take_shared(*size);
  }
  void take(std::optional<Records>& value, bool nullable) {
    const auto size = take_size(false, nullable);
    value.reset();
    if (size) value.emplace().pieces.push_back(in_.take_shared(*size));
  }
  template <Described T>
  void take(T& value, bool) {
    take_structure(value);
  }
  template <Described T>
  void take(std::optional<T>& value, bool nullable) {
    value.reset();
    if (!nullable || in_.take_int<int8_t>() >= 0) take_structure(value.emplace(T{}));
  }
  template <class T>
  void take_elements(std::vector<T>& values, std::size_t count) {
    values.clear();
    if (!in_.charge(count, sizeof(T))) return;
    values.reserve(count);
    for (std::size_t i = 0; i < count && !in_.failed(); ++i) take(values.emplace_back(), false);
  }
  template <class T>
  void take(std::vector<T>& values, bool) {
    take_elements(values, take_size(false, false).value_or(0));
  }
  template <class T>
  void take(std::optional<std::vector<T>>& values, bool nullable) {
    const auto size = take_size(false, nullable);
    values.reset();
    if (size) take_elements(values.emplace(), *size);
  }

  Reader& in_;
  int16_t version_;
  bool flexible_;
};

/// Reads a message in `version`, without header. `corrupt` if the bytes do not hold it. Bytes after it stay in `in`.
template <Message M>
Result<M> decode(Reader& in, int16_t version) {
  M message;
  Decoder(in, version, version >= M::info.flexible_since).take_structure(message);
  if (in.failed()) return std::unexpected(in.status(fmt::format("{} v{}", M::info.name, version)).error());
  return message;
}

}  // namespace azud::kafka
