#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "kafka/wire/api_key.h"

namespace azud::kafka {

inline constexpr int16_t version_max = std::numeric_limits<int16_t>::max();
/// As `flexible_since`: of a message that never got the flexible form.
inline constexpr int16_t version_never = version_max;

/// Versions from `first` to `last`, both included.
struct VersionRange {
  int16_t first = 0;
  int16_t last = version_max;
  constexpr bool has(int16_t version) const { return version >= first && version <= last; }
  constexpr bool contains(VersionRange other) const { return first <= other.first && other.last <= last; }
};

/// In which versions a field exists, and from which on it may be null.
struct Field {
  VersionRange versions;
  int16_t nullable_since = version_never;

  constexpr Field nullable(int16_t first = 0) const { return {versions, first}; }
  constexpr bool is_nullable(int16_t version) const { return version >= nullable_since; }
};
constexpr Field since(int16_t first) { return {{first, version_max}}; }
constexpr Field until(int16_t last) { return {{0, last}}; }
constexpr Field between(int16_t first, int16_t last) { return {{first, last}}; }
constexpr Field nullable(int16_t first = 0) { return Field{}.nullable(first); }

/// What is known of a message beside its fields. Kafka's name, the versions described, and the first one in the
/// flexible form: compact lengths, and tagged fields at the end of every structure.
struct MessageInfo {
  ApiKey key;
  std::string_view name;
  VersionRange versions;
  int16_t flexible_since = version_never;
};

struct Uuid {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
  bool is_zero() const { return *this == Uuid{}; }
};

/// The records of one partition in a Produce request or Fetch answer: batches one after another. As pieces, so that a
/// Fetch answer carries slices of the log without copying them; read from a frame, it is one slice of that frame.
struct Records {
  std::vector<SharedBytes> pieces;

  std::size_t size() const {
    std::size_t bytes = 0;
    for (const SharedBytes& piece : pieces) bytes += piece.size();
    return bytes;
  }
};

/// A structure or message. It has
///
///     static void visit(auto& m, auto& v) { v.field("name", m.name, since(1)); v.tagged(0, "tag", m.tag, since(9)); }
///
/// with every field once, in Kafka's order, under Kafka's JSON name, and tagged fields last by ascending tag. Encoding,
/// decoding, sizes, text and random values of tests all come from it.
namespace detail {
struct ProbeVisitor {
  void field(std::string_view, auto&, Field = {}) {}
  void tagged(uint32_t, std::string_view, auto&, Field, auto&&...) {}
};
}  // namespace detail

template <class T>
concept Described = std::is_class_v<T> && requires(T& m, detail::ProbeVisitor& v) { T::visit(m, v); };

/// A whole request or answer.
template <class T>
concept Message = Described<T> && requires {
  { T::info } -> std::convertible_to<MessageInfo>;
};

}  // namespace azud::kafka
