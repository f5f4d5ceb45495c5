#pragma once

#include <string>
#include <vector>

namespace azud::engine {

/// A changelog as text, "+I[1, a]", compared in the ways that matter.
using Changelog = std::vector<std::string>;

Changelog sorted(Changelog rows);
/// The rows that are left when all changes are done, sorted, without their kind. With `key` (places of the columns) a
/// row replaces the one of its key. What cannot be done (a row taken away that is not there) stands in it as "? -D[…]".
Changelog folded(const Changelog& rows, const std::vector<int>& key = {});
/// Lines only in `expected` with "- ", only in `got` with "+ ", as bags.
std::string difference(const Changelog& expected, const Changelog& got);
/// The top-level values of "+I[1, [2, 3], a]": 1 | [2, 3] | a.
std::vector<std::string> values_of(const std::string& row);

}  // namespace azud::engine
