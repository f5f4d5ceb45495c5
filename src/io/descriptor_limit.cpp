#include "io/descriptor_limit.h"

#include <algorithm>

#include <sys/resource.h>

namespace azud::io {

namespace {
/// More than azud could use; some systems say "unlimited" and then refuse it.
constexpr rlim_t wanted_max = 1 << 20;
constexpr std::size_t limit_if_unknown = 1024;
}  // namespace

std::size_t descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return limit_if_unknown;
  return static_cast<std::size_t>(std::min(limit.rlim_cur, wanted_max));
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return limit_if_unknown;
  const rlim_t wanted = std::min(limit.rlim_max, wanted_max);
  if (limit.rlim_cur < wanted) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return static_cast<std::size_t>(before);
  }
  return static_cast<std::size_t>(std::min(limit.rlim_cur, wanted_max));
}

}  // namespace azud::io
