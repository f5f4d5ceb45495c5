#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace azud {

/// The number that the whole of `text` is, decimal and without a plus sign; nothing if there is anything else in it, or
/// if a T does not hold it.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace azud
