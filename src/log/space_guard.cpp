#include "log/space_guard.h"

namespace azud::log {

std::optional<Error> SpaceGuard::reason() const {
  const MutexLock lock(mutex_);
  return reason_;
}

bool SpaceGuard::set(const Error& reason) {
  const MutexLock lock(mutex_);
  const bool was_clear = !reason_;
  reason_ = reason;
  full_ = true;
  return was_clear;
}

bool SpaceGuard::clear() {
  const MutexLock lock(mutex_);
  const bool was_set = reason_.has_value();
  reason_.reset();
  full_ = false;
  return was_set;
}

}  // namespace azud::log
