#pragma once

#include <cstddef>
#include <string_view>

namespace azud {

/// Nobody nests deeper on purpose; what walks a document of so many levels has stack enough.
constexpr std::size_t json_levels_max = 500;

/// Whether the brackets of `json` nest deeper than json_levels_max. To be asked before a document of somebody else's is
/// parsed into a tree: trees are copied and written by functions that call themselves. Says nothing about validity.
bool nests_too_deep(std::string_view json);

}  // namespace azud
