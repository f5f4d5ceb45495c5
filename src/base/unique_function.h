#pragma once

#include <functional>

namespace azud {

/// A callable that may own what cannot be copied.
template <class Signature>
using UniqueFunction = std::move_only_function<Signature>;

}  // namespace azud
