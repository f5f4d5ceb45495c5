#include "stream/run/worker_pool.h"

#include "base/thread_name.h"

namespace azud::stream {

WorkerPool::WorkerPool(std::size_t workers) {
  for (std::size_t worker = 1; worker < workers; ++worker) threads_.emplace_back([this, worker] { serve(worker); });
}

WorkerPool::~WorkerPool() {
  stop_.store(true);
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(bool together, const std::function<void(std::size_t)>& work) {
  if (!together || threads_.empty()) {
    for (std::size_t worker = 0; worker < size(); ++worker) work(worker);
    return;
  }
  work_ = &work;
  left_.store(threads_.size());
  round_.fetch_add(1);
  round_.notify_all();
  work(0);
  for (std::size_t left = left_.load(); left > 0; left = left_.load()) left_.wait(left);
}

void WorkerPool::serve(std::size_t worker) {
  name_thread("job-worker");
  uint64_t seen = 0;
  while (true) {
    round_.wait(seen);
    seen = round_.load();
    if (stop_.load()) return;
    (*work_)(worker);
    if (left_.fetch_sub(1) == 1) left_.notify_one();
  }
}

}  // namespace azud::stream
