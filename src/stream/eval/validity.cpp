#include "stream/eval/kernel.h"

namespace azud::stream {

std::vector<uint8_t> strict_validity(const Call& call) {
  std::vector<uint8_t> valid;
  for (const Operand& arg : call.args) {
    if (!arg.has_nulls()) continue;
    if (arg.always_null()) return std::vector<uint8_t>(call.rows, 0);
    if (arg.constant) continue;
    const auto given = arg.column->valid();
    if (valid.empty()) {
      valid.assign(given.begin(), given.end());
    } else {
      for (std::size_t i = 0; i < valid.size(); ++i) valid[i] &= given[i];
    }
  }
  return valid;
}

}  // namespace azud::stream
