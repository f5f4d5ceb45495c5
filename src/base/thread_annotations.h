#pragma once

#include <mutex>

// Clang's thread-safety analysis (-Wthread-safety): which mutex guards what is part of the declaration. Empty under
// g++.
#if defined(__clang__)
#define AZUD_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define AZUD_THREAD_ANNOTATION(x)
#endif
#define AZUD_GUARDED_BY(mutex) AZUD_THREAD_ANNOTATION(guarded_by(mutex))
#define AZUD_REQUIRES(...) AZUD_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace azud {

/// std::mutex that the analysis knows.
class AZUD_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() AZUD_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() AZUD_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for a scope; a BasicLockable, so that std::condition_variable_any can wait on it.
class AZUD_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) AZUD_THREAD_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() AZUD_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  void lock() AZUD_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() AZUD_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  Mutex& mutex_;
};

}  // namespace azud
