#include "kafka/broker/group/group.h"

#include <algorithm>
#include <utility>

namespace azud::kafka {
namespace {

/// A place in a map.
constexpr std::size_t pending_bytes = 96;

}  // namespace

std::string_view to_string(GroupState state) {
  switch (state) {
    case GroupState::empty: return "Empty";
    case GroupState::preparing_rebalance: return "PreparingRebalance";
    case GroupState::completing_rebalance: return "CompletingRebalance";
    case GroupState::stable: return "Stable";
  }
  return "Unknown";
}

ErrorCode Group::find_member(const std::string& member_id, const std::optional<std::string>& instance_id,
                             Member*& member) {
  member = nullptr;
  if (instance_id) {
    const auto known = static_members_.find(*instance_id);
    if (known == static_members_.end()) return ErrorCode::unknown_member_id;
    if (known->second != member_id) return ErrorCode::fenced_instance_id;
  }
  const auto found = members_.find(member_id);
  if (found == members_.end()) return ErrorCode::unknown_member_id;
  member = &found->second;
  return ErrorCode::none;
}

SyncGroupResponse Group::assignment_for(const Member& member) const {
  SyncGroupResponse response;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.assignment = member.assignment;
  return response;
}

void Group::sync(const SyncGroupRequest& request, int64_t now_ms, Outbox& out, SyncDone done) {
  const auto refuse = [&](ErrorCode code) {
    SyncGroupResponse response;
    response.error_code = code;
    out.answer(std::move(done), std::move(response));
  };
  Member* member = nullptr;
  if (const ErrorCode code = find_member(request.member_id, request.group_instance_id, member);
      code != ErrorCode::none) {
    return refuse(code);
  }
  if (request.generation_id != generation_) return refuse(ErrorCode::illegal_generation);
  if ((request.protocol_type && *request.protocol_type != protocol_type_) ||
      (request.protocol_name && *request.protocol_name != protocol_)) {
    return refuse(ErrorCode::inconsistent_group_protocol);
  }
  touch(*member, now_ms);
  switch (state_) {
    case GroupState::empty: return refuse(ErrorCode::unknown_member_id);
    case GroupState::preparing_rebalance: return refuse(ErrorCode::rebalance_in_progress);
    case GroupState::stable: member->must_sync = false; return out.answer(std::move(done), assignment_for(*member));
    case GroupState::completing_rebalance: break;
  }
  member->must_sync = false;
  if (member->sync) {
    // It has asked before and did not wait for the answer.
    SyncGroupResponse response;
    response.error_code = ErrorCode::rebalance_in_progress;
    out.answer(std::move(member->sync), std::move(response));
  }
  member->sync = std::move(done);
  if (member->id != leader_) return;

  for (auto& [id, each] : members_) each.assignment = {};
  for (const auto& assignment : request.assignments) {
    const auto found = members_.find(assignment.member_id);
    if (found == members_.end()) continue;
    found->second.assignment = SharedBytes::own(std::string(assignment.assignment.view()));
  }
  state_ = GroupState::stable;
  changed();
  for (auto& [id, each] : members_) {
    if (!each.sync) continue;
    out.answer(std::exchange(each.sync, nullptr), assignment_for(each));
    touch(each, now_ms);
  }
}

ErrorCode Group::heartbeat(const HeartbeatRequest& request, int64_t now_ms) {
  Member* member = nullptr;
  if (const ErrorCode code = find_member(request.member_id, request.group_instance_id, member);
      code != ErrorCode::none) {
    return code;
  }
  if (request.generation_id != generation_) return ErrorCode::illegal_generation;
  touch(*member, now_ms);
  return state_ == GroupState::preparing_rebalance ? ErrorCode::rebalance_in_progress : ErrorCode::none;
}

ErrorCode Group::leave(const std::string& member_id, const std::optional<std::string>& instance_id, int64_t now_ms,
                       Outbox& out) {
  if (!instance_id && pending_.erase(member_id) > 0) {
    try_complete_join(now_ms, out);
    return ErrorCode::none;
  }
  std::string leaving = member_id;
  if (instance_id && leaving.empty()) {
    const auto known = static_members_.find(*instance_id);
    if (known == static_members_.end()) return ErrorCode::unknown_member_id;
    leaving = known->second;
  }
  Member* member = nullptr;
  if (const ErrorCode code = find_member(leaving, instance_id, member); code != ErrorCode::none) return code;
  remove_member(leaving, ErrorCode::unknown_member_id, now_ms, out);
  return ErrorCode::none;
}

ErrorCode Group::check_commit(const std::string& member_id, const std::optional<std::string>& instance_id,
                              int32_t generation, int64_t now_ms) {
  if (generation < 0 && is_empty()) return ErrorCode::none;
  if (generation >= 0 || !member_id.empty() || instance_id) {
    Member* member = nullptr;
    if (const ErrorCode code = find_member(member_id, instance_id, member); code != ErrorCode::none) return code;
    if (generation != generation_) return ErrorCode::illegal_generation;
    // The offsets of the generation before were to be stored before joining; those of this one cannot exist yet.
    if (state_ == GroupState::completing_rebalance) return ErrorCode::rebalance_in_progress;
    touch(*member, now_ms);
    return ErrorCode::none;
  }
  return ErrorCode::unknown_member_id;
}

std::size_t Group::bytes() const {
  std::size_t total = sizeof(Group) + 2 * id_.size();
  for (const auto& [id, member] : members_) total += id.size() + member.bytes();
  for (const auto& [id, deadline] : pending_) total += pending_bytes + id.size();
  return total;
}

int64_t Group::next_deadline() const {
  int64_t next = no_deadline;
  if (state_ == GroupState::preparing_rebalance) {
    next = std::min(next, join_deadline_ms_);
    if (join_not_before_ms_ > 0) next = std::min(next, join_not_before_ms_);
  }
  next = std::min(next, sync_deadline_ms_);
  for (const auto& [id, deadline] : pending_) next = std::min(next, deadline);
  for (const auto& [id, member] : members_) {
    if (!member.is_waiting()) next = std::min(next, member.deadline_ms);
  }
  return next;
}

}  // namespace azud::kafka
