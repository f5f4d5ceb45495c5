#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace azud {

/// A number that cannot be mistaken for another: `using Offset = Strong<struct OffsetTag, int64_t>`. Compares and
/// hashes like T; advances and differs by plain T; converts only by `value()`.
template <class Tag, std::integral T>
class Strong {
 public:
  using Value = T;
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(value) {}

  constexpr T value() const { return value_; }
  constexpr auto operator<=>(const Strong&) const = default;

  constexpr Strong& operator+=(T by) {
    value_ += by;
    return *this;
  }
  constexpr Strong& operator++() {
    ++value_;
    return *this;
  }
  friend constexpr Strong operator+(Strong a, T by) { return Strong(a.value_ + by); }
  friend constexpr Strong operator-(Strong a, T by) { return Strong(a.value_ - by); }
  friend constexpr T operator-(Strong a, Strong b) { return a.value_ - b.value_; }

  template <class H>
  friend H AbslHashValue(H h, Strong s) {
    return H::combine(std::move(h), s.value_);
  }

 private:
  T value_{};
};

}  // namespace azud

template <class Tag, class T>
struct std::hash<azud::Strong<Tag, T>> {
  std::size_t operator()(azud::Strong<Tag, T> s) const { return std::hash<T>{}(s.value()); }
};

template <class Tag, class T>
struct fmt::formatter<azud::Strong<Tag, T>> : fmt::formatter<T> {
  template <class Context>
  auto format(azud::Strong<Tag, T> s, Context& context) const {
    return fmt::formatter<T>::format(s.value(), context);
  }
};
