#include "kafka/broker/fetch/fetch_session.h"

#include <limits>
#include <utility>

namespace azud::kafka {
namespace {

constexpr int32_t epoch_first = 0;   ///< asks for a new session
constexpr int32_t epoch_final = -1;  ///< ends it, or stands alone

std::vector<FetchTarget> targets_of(const FetchRequest& request) {
  std::vector<FetchTarget> targets;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      targets.push_back({topic.topic, topic.topic_id, partition.partition, partition.fetch_offset,
                         partition.partition_max_bytes, partition.current_leader_epoch});
    }
  }
  return targets;
}

std::size_t partition_count(const FetchRequest& request) {
  std::size_t count = 0;
  for (const auto& topic : request.topics) count += topic.partitions.size();
  return count;
}

}  // namespace

ErrorCode FetchSession::advance(int32_t epoch) {
  const MutexLock lock(mutex_);
  if (epoch != next_epoch_) return ErrorCode::invalid_fetch_session_epoch;
  next_epoch_ = next_epoch_ == std::numeric_limits<int32_t>::max() ? 1 : next_epoch_ + 1;
  return ErrorCode::none;
}

void FetchSession::change(const FetchRequest& request) {
  const MutexLock lock(mutex_);
  for (FetchTarget& target : targets_of(request)) {
    const auto [at, is_new] = by_key_.try_emplace(key_of(target));
    if (is_new) at->second = kept_.insert(kept_.end(), Kept{});
    at->second->target = std::move(target);
  }
  for (const auto& topic : request.forgotten_topics_data) {
    for (const int32_t partition : topic.partitions) {
      const auto found = by_key_.find({topic.topic, topic.topic_id, partition});
      if (found == by_key_.end()) continue;
      kept_.erase(found->second);
      by_key_.erase(found);
    }
  }
  counted_.set(by_key_.size());
}

std::vector<FetchTarget> FetchSession::targets() const {
  const MutexLock lock(mutex_);
  std::vector<FetchTarget> targets;
  targets.reserve(kept_.size());
  for (const Kept& kept : kept_) targets.push_back(kept.target);
  return targets;
}

bool FetchSession::is_news(const FetchTarget& target, const FetchResponse::Partition& answer) {
  const MutexLock lock(mutex_);
  const auto found = by_key_.find(key_of(target));
  if (found == by_key_.end()) return true;
  Kept& kept = *found->second;
  const bool has_records = answer.records && answer.records->size() > 0;
  const bool has_error = answer.error_code != ErrorCode::none;
  const bool is_news = has_records || has_error || kept.told_error ||
                       kept.told_high_watermark != answer.high_watermark ||
                       kept.told_log_start != answer.log_start_offset;
  kept.told_error = has_error;
  kept.told_high_watermark = answer.high_watermark;
  kept.told_log_start = answer.log_start_offset;
  // To the end of the line, so that a busy partition does not starve the ones behind it.
  if (has_records) kept_.splice(kept_.end(), kept_, found->second);
  return is_news;
}

FetchPlan FetchSessions::plan(const FetchRequest& request, int16_t version, int64_t now_ms) {
  const bool by_topic_id = version >= 13;
  FetchPlan plan;
  if (request.session_epoch == epoch_final || request.session_epoch == epoch_first) {
    if (request.session_id != 0) drop(request.session_id);
    plan.targets = targets_of(request);
    if (request.session_epoch == epoch_final) return plan;
    plan.session = make(by_topic_id, plan.targets.size(), now_ms);
    if (plan.session != nullptr) plan.session->change(request);
    return plan;
  }
  plan.session = find(request.session_id, now_ms);
  if (plan.session == nullptr) {
    plan.error = ErrorCode::fetch_session_id_not_found;
  } else if (plan.session->by_topic_id() != by_topic_id) {
    plan.error = ErrorCode::fetch_session_topic_id_error;
  } else if (!has_room(partition_count(request))) {
    // The client begins anew, and goes on without a session if there is still no room.
    drop(request.session_id);
    plan.error = ErrorCode::fetch_session_id_not_found;
  } else {
    plan.error = plan.session->advance(request.session_epoch);
  }
  if (plan.error != ErrorCode::none) return plan;
  plan.incremental = true;
  plan.session->change(request);
  plan.targets = plan.session->targets();
  return plan;
}

FetchSessionPtr FetchSessions::find(int32_t id, int64_t now_ms) {
  const MutexLock lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  found->second->used_ms = now_ms;
  slots_.splice(slots_.end(), slots_, found->second);
  return found->second->session;
}

FetchSessionPtr FetchSessions::make(bool by_topic_id, std::size_t partitions, int64_t now_ms) {
  const MutexLock lock(mutex_);
  while (slots_.size() >= options_.sessions_max || !has_room(partitions)) {
    if (slots_.empty() || now_ms - slots_.front().used_ms < options_.session_eviction_ms) return nullptr;
    by_id_.erase(slots_.front().session->id());
    slots_.pop_front();
  }
  while (by_id_.contains(next_id_)) next_id_ = next_id_ == std::numeric_limits<int32_t>::max() ? 1 : next_id_ + 1;
  auto session = std::make_shared<FetchSession>(next_id_, by_topic_id, partitions_);
  by_id_[next_id_] = slots_.insert(slots_.end(), {session, now_ms});
  next_id_ = next_id_ == std::numeric_limits<int32_t>::max() ? 1 : next_id_ + 1;
  return session;
}

void FetchSessions::drop(int32_t id) {
  const MutexLock lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  slots_.erase(found->second);
  by_id_.erase(found);
}

std::size_t FetchSessions::size() const {
  const MutexLock lock(mutex_);
  return slots_.size();
}

}  // namespace azud::kafka
