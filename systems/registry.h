#pragma once

#include <span>

#include "systems/system.h"

namespace azud::systems {

/// The systems that this program carries.
std::span<const System* const> built_in_systems();

/// The system of that name; Code::not_found names those there are.
Result<const System*> find_system(std::string_view name);

}  // namespace azud::systems
