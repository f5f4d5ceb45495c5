#include "stream/op/sort_key.h"

#include <bit>
#include <cmath>
#include <limits>

#include "base/assert.h"

namespace azud::stream {
namespace {

constexpr char nulls_first_tag = 0;
constexpr char value_tag = 1;
constexpr char nulls_last_tag = 2;

void append_big_endian(std::string& out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

constexpr uint64_t sign_bit = uint64_t{1} << 63;

/// Numbers in the order of their bits: negative ones are turned round.
uint64_t ordered_bits(double number) {
  if (std::isnan(number)) number = std::numeric_limits<double>::quiet_NaN();
  const auto bits = std::bit_cast<uint64_t>(number == 0 ? 0.0 : number);
  return (bits & sign_bit) != 0 ? ~bits : bits | sign_bit;
}

}  // namespace

void append_sort_key(std::string& out, ScalarKind kind, const Scalar& value, bool nulls_last) {
  if (value.null) {
    out.push_back(nulls_last ? nulls_last_tag : nulls_first_tag);
    return;
  }
  out.push_back(value_tag);
  switch (kind) {
    case ScalarKind::integer: return append_big_endian(out, static_cast<uint64_t>(value.integer) ^ sign_bit);
    case ScalarKind::number: return append_big_endian(out, ordered_bits(value.number));
    case ScalarKind::decimal:
      append_big_endian(out, static_cast<uint64_t>(value.decimal >> 64) ^ sign_bit);
      return append_big_endian(out, static_cast<uint64_t>(value.decimal));
    case ScalarKind::text: out.append(value.text); return;
    case ScalarKind::nested: break;
  }
  AZUD_ASSERT(false, "nested values have no order");
}

}  // namespace azud::stream
