#pragma once

#include <algorithm>
#include <string>

#include <pthread.h>

namespace azud {

/// Names the calling thread, as `top -H` and `perf` show it; the system keeps 15 characters.
inline void name_thread(std::string name) {
  name.resize(std::min<std::size_t>(name.size(), 15));
  (void)::pthread_setname_np(::pthread_self(), name.c_str());
}

}  // namespace azud
