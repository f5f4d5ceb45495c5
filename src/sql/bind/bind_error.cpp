#include "sql/bind/bind_error.h"

#include <algorithm>
#include <numeric>

#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

/// Letters to insert, remove or change to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

constexpr std::size_t compared_length_max = 64;

}  // namespace

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string* best = nullptr;
  // Short names differ from anything by a letter or two.
  std::size_t best_distance = name.size() < 3 ? 0 : name.size() < 6 ? 2 : 3;
  for (const std::string& candidate : candidates) {
    if (candidate.empty()) continue;
    if (same_word(candidate, name)) return fmt::format("did you mean {}? names are case-sensitive", candidate);
    if (candidate.size() > compared_length_max || name.size() > compared_length_max) continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best == nullptr ? std::string() : fmt::format("did you mean {}?", *best);
}

}  // namespace azud::sql
