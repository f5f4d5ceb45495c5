#include "kafka/broker/fetch/parked_fetch.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace azud::kafka {
namespace {

/// A fetch that waits for many bytes does not read again at each record that comes in.
constexpr std::chrono::milliseconds pause_between_reads{5};
/// No client is kept waiting longer, whatever it asks for.
constexpr int32_t wait_ms_max = 300'000;

FetchResponse response_head(const FetchPlan& plan) {
  FetchResponse response;
  response.error_code = plan.error;
  if (plan.session != nullptr && plan.error == ErrorCode::none) response.session_id = plan.session->id();
  return response;
}

}  // namespace

ParkedFetch::ParkedFetch(BrokerPtr broker, Exchange<FetchRequest> exchange, FetchPlan plan)
    : broker_(std::move(broker)),
      exchange_(std::move(exchange)),
      plan_(std::move(plan)),
      counted_(broker_->waiting_partitions) {
  const FetchRequest& request = exchange_.request;
  const std::size_t asked = static_cast<std::size_t>(std::max(request.max_bytes, 0));
  limits_.bytes_max = std::min(asked, broker_->options.fetch.response_bytes_max);
  limits_.by_topic_id = exchange_.version() >= 13;
  limits_.read_committed = request.isolation_level == 1;
  bytes_min_ = std::min(static_cast<std::size_t>(std::max(request.min_bytes, 0)), limits_.bytes_max);
}

void ParkedFetch::start() {
  if (plan_.error != ErrorCode::none) return exchange_.answer(response_head(plan_));
  Fetched fetched = read();
  if (is_enough(fetched) || exchange_.request.max_wait_ms <= 0) return answer(std::move(fetched));
  counted_.set(plan_.targets.size());
  if (*broker_->waiting_partitions > broker_->options.fetch.waiting_partitions_max) return answer(std::move(fetched));
  park(fetched);
}

Fetched ParkedFetch::read() const {
  FetchLimits limits = limits_;
  limits.bytes_max = std::min(limits.bytes_max, broker_->fetch_memory.room());
  return read_targets(broker_->log, plan_.targets, limits);
}

bool ParkedFetch::is_enough(const Fetched& fetched) const {
  return plan_.targets.empty() || fetched.has_error || fetched.bytes >= bytes_min_;
}

void ParkedFetch::answer(Fetched fetched) {
  FetchResponse response = response_head(plan_);
  const FetchTarget* topic_of = nullptr;
  for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
    const FetchTarget& target = plan_.targets[i];
    FetchResponse::Partition& partition = fetched.partitions[i].answer;
    const bool is_news = plan_.session == nullptr || plan_.session->is_news(target, partition);
    if (plan_.incremental && !is_news) continue;
    if (topic_of == nullptr || topic_of->topic != target.topic || topic_of->topic_id != target.topic_id) {
      auto& topic = response.responses.emplace_back();
      topic.topic = target.topic;
      topic.topic_id = target.topic_id;
      topic_of = &target;
    }
    if (partition.records) broker_->fetch_memory.hold(partition.records->pieces);
    response.responses.back().partitions.push_back(std::move(partition));
  }
  exchange_.answer(response);
}

void ParkedFetch::park(const Fetched& fetched) {
  const auto wait = std::chrono::milliseconds(std::min(exchange_.request.max_wait_ms, wait_ms_max));
  Connection& connection = exchange_.connection();
  {
    const MutexLock lock(mutex_);
    deadline_ = broker_->loops.after(wait, [self = shared_from_this()] { self->retry(true); });
    arm(fetched);
  }
  connection.set_cancel([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->cancel();
  });
}

void ParkedFetch::arm(const Fetched& fetched) {
  woken_ = false;
  for (const FetchedPartition& partition : fetched.partitions) {
    if (partition.partition == nullptr) continue;
    waits_.push_back(partition.partition->wait(partition.seen, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->wake();
    }));
  }
}

void ParkedFetch::wake() {
  if (woken_.exchange(true)) return;
  broker_->loops.post([self = shared_from_this()] { self->retry(false); });
}

void ParkedFetch::retry(bool last) {
  const auto pass = broker_->gate.enter();
  if (!pass) return cancel();
  std::vector<log::WaitPtr> spent;
  Fetched fetched;
  {
    const MutexLock lock(mutex_);
    if (done_) return;
    spent.swap(waits_);
    fetched = read();
    if (!last && !is_enough(fetched)) {
      auto again = [self = shared_from_this(), fetched = std::move(fetched)] {
        const MutexLock relock(self->mutex_);
        if (!self->done_) self->arm(fetched);
      };
      pause_ = broker_->loops.after(pause_between_reads, std::move(again));
      return;
    }
    if (!finish()) return;
  }
  answer(std::move(fetched));
}

void ParkedFetch::cancel() {
  {
    const MutexLock lock(mutex_);
    if (!finish()) return;
  }
  exchange_.close("the client has gone");
}

bool ParkedFetch::finish() {
  if (std::exchange(done_, true)) return false;
  deadline_.cancel();
  pause_.cancel();
  return true;
}

}  // namespace azud::kafka
