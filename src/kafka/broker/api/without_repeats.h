#pragma once

#include <functional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

namespace azud::kafka {

/// Each of `asked` once, in order, told apart by `key_of(each)`. For requests whose answer may be much larger than what
/// asks for it, so that few bytes said a thousand times do not become gigabytes. Points into `asked`.
template <class T, class KeyOf>
std::vector<const T*> without_repeats(const std::vector<T>& asked, KeyOf key_of) {
  std::set<std::invoke_result_t<KeyOf, const T&>, std::less<>> seen;
  std::vector<const T*> once;
  for (const T& each : asked) {
    if (seen.insert(key_of(each)).second) once.push_back(&each);
  }
  return once;
}

}  // namespace azud::kafka
