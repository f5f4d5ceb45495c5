#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace azud::stream {

/// Runs one function for every worker of a job and returns when all have finished: the barrier between stages. Worker 0
/// is the calling thread.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  std::size_t size() const { return threads_.size() + 1; }

  /// `together`: on all threads at once; otherwise one after the other on the calling thread, which is cheaper for
  /// little work. Either way a worker sees all that any worker did in the call before.
  void run(bool together, const std::function<void(std::size_t worker)>& work);

 private:
  void serve(std::size_t worker);

  const std::function<void(std::size_t)>* work_ = nullptr;
  std::atomic<uint64_t> round_{0};
  std::atomic<std::size_t> left_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

}  // namespace azud::stream
