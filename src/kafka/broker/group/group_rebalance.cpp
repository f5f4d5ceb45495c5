#include <algorithm>
#include <utility>

#include "kafka/broker/group/group.h"

// From one generation to the next, and how members go.

namespace azud::kafka {

int32_t Group::rebalance_timeout_ms() const {
  int32_t longest = 0;
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout_ms);
  return longest;
}

void Group::prepare_rebalance(int64_t now_ms, Outbox& out) {
  for (auto& [id, member] : members_) {
    member.assignment = {};
    member.must_sync = false;
    if (!member.sync) continue;
    SyncGroupResponse response;
    response.error_code = ErrorCode::rebalance_in_progress;
    out.answer(std::exchange(member.sync, nullptr), std::move(response));
    touch(member, now_ms);
  }
  sync_deadline_ms_ = no_deadline;
  const bool is_first = state_ == GroupState::empty;
  join_not_before_ms_ = is_first && options_.initial_rebalance_delay_ms > 0
                            ? now_ms + std::min<int64_t>(options_.initial_rebalance_delay_ms, rebalance_timeout_ms())
                            : 0;
  state_ = GroupState::preparing_rebalance;
  join_deadline_ms_ = now_ms + rebalance_timeout_ms();
  try_complete_join(now_ms, out);
}

void Group::try_complete_join(int64_t now_ms, Outbox& out) {
  if (state_ != GroupState::preparing_rebalance || now_ms < join_not_before_ms_ || !pending_.empty()) return;
  const bool all_joined = std::ranges::all_of(members_, [](const auto& entry) { return entry.second.join != nullptr; });
  if (all_joined) complete_join(now_ms, out);
}

void Group::complete_join(int64_t now_ms, Outbox& out) {
  // Static members keep their place for the time of their session, even if they were not quick enough.
  for (auto at = members_.begin(); at != members_.end();) {
    const auto next = std::next(at);
    if (!at->second.join && !at->second.instance_id) drop_member(at, ErrorCode::unknown_member_id, out);
    at = next;
  }
  if (!members_.empty() && !elect_joined_leader()) {
    join_deadline_ms_ = now_ms + rebalance_timeout_ms();
    return;
  }
  ++generation_;
  join_not_before_ms_ = 0;
  join_deadline_ms_ = no_deadline;
  if (members_.empty()) {
    state_ = GroupState::empty;
    protocol_.clear();
    leader_.clear();
    changed();
    return;
  }
  state_ = GroupState::completing_rebalance;
  protocol_ = select_protocol();
  sync_deadline_ms_ = now_ms + rebalance_timeout_ms();
  for (auto& [id, member] : members_) {
    if (!member.join) continue;
    member.is_new = false;
    member.must_sync = true;
    touch(member, now_ms);
    out.answer(std::exchange(member.join, nullptr), generation_for(member));
  }
}

bool Group::elect_joined_leader() {
  const auto leader = members_.find(leader_);
  if (leader != members_.end() && leader->second.join) return true;
  for (const auto& [id, member] : members_) {
    if (!member.join) continue;
    leader_ = id;
    return true;
  }
  return false;
}

std::string Group::select_protocol() const {
  // Each member votes for the one it likes best among those all speak.
  std::map<std::string_view, int> votes;
  std::string_view best;
  for (const auto& [id, member] : members_) {
    for (const auto& protocol : member.protocols) {
      const bool all_speak =
          std::ranges::all_of(members_, [&](const auto& entry) { return entry.second.speaks(protocol.name); });
      if (!all_speak) continue;
      const int count = ++votes[protocol.name];
      if (best.empty() || count > votes[best]) best = protocol.name;
      break;
    }
  }
  return std::string(best);
}

void Group::drop_member(std::map<std::string, Member>::iterator at, ErrorCode told, Outbox& out) {
  Member& member = at->second;
  if (member.join) {
    JoinGroupResponse response;
    response.error_code = told;
    response.member_id = member.id;
    out.answer(std::move(member.join), std::move(response));
  }
  if (member.sync) {
    SyncGroupResponse response;
    response.error_code = told;
    out.answer(std::move(member.sync), std::move(response));
  }
  if (member.instance_id) static_members_.erase(*member.instance_id);
  const bool was_leader = member.id == leader_;
  members_.erase(at);
  if (was_leader) leader_ = members_.empty() ? "" : members_.begin()->first;
}

void Group::remove_member(const std::string& member_id, ErrorCode told, int64_t now_ms, Outbox& out) {
  drop_member(members_.find(member_id), told, out);
  switch (state_) {
    case GroupState::empty: return;
    case GroupState::preparing_rebalance: return try_complete_join(now_ms, out);
    case GroupState::completing_rebalance:
    case GroupState::stable: return prepare_rebalance(now_ms, out);
  }
}

void Group::expire(int64_t now_ms, Outbox& out) {
  expire_pending(now_ms, out);
  expire_members(now_ms, out);
  expire_syncs(now_ms, out);
  if (state_ != GroupState::preparing_rebalance) return;
  if (join_deadline_ms_ <= now_ms) {
    complete_join(now_ms, out);
  } else if (join_not_before_ms_ > 0 && join_not_before_ms_ <= now_ms) {
    join_not_before_ms_ = 0;
    try_complete_join(now_ms, out);
  }
}

void Group::expire_pending(int64_t now_ms, Outbox& out) {
  if (std::erase_if(pending_, [&](const auto& entry) { return entry.second <= now_ms; }) > 0) {
    try_complete_join(now_ms, out);
  }
}

void Group::expire_members(int64_t now_ms, Outbox& out) {
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_) {
    if (!member.is_waiting() && member.deadline_ms <= now_ms) gone.push_back(id);
  }
  for (const std::string& id : gone) {
    const auto at = members_.find(id);
    // One that has gone may have ended the rebalance for which the next one waited.
    if (at == members_.end() || at->second.is_waiting() || at->second.deadline_ms > now_ms) continue;
    remove_member(id, ErrorCode::unknown_member_id, now_ms, out);
  }
}

void Group::expire_syncs(int64_t now_ms, Outbox& out) {
  if (sync_deadline_ms_ > now_ms) return;
  sync_deadline_ms_ = no_deadline;
  bool any = false;
  for (auto at = members_.begin(); at != members_.end();) {
    const auto next = std::next(at);
    if (at->second.must_sync) {
      drop_member(at, ErrorCode::unknown_member_id, out);
      any = true;
    }
    at = next;
  }
  if (any) prepare_rebalance(now_ms, out);
}

}  // namespace azud::kafka
