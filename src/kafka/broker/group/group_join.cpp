#include <algorithm>
#include <utility>

#include "kafka/broker/group/group.h"

// How a member comes in: new ones, static ones that come back, and those that join again.

namespace azud::kafka {
namespace {

/// From this version on a client without an id is first told the one it has, so that a lost answer leaves no ghost.
constexpr int16_t id_required_since = 4;
/// From this version on a leader can be told that there is nothing to assign.
constexpr int16_t skip_assignment_since = 9;
/// How long a new member may wait for its first generation before it is taken for gone.
constexpr int64_t new_member_timeout_ms = 300'000;

std::vector<Member::Protocol> protocols_of(const JoinGroupRequest& request) {
  std::vector<Member::Protocol> protocols;
  for (const auto& protocol : request.protocols) {
    // Copied: the request's bytes keep a whole block of what was received alive.
    protocols.push_back({protocol.name, SharedBytes::own(std::string(protocol.metadata.view()))});
  }
  return protocols;
}

}  // namespace

ErrorCode Group::check_join(const JoinGroupRequest& request) const {
  if (request.protocol_type.empty() || request.protocols.empty() || request.protocols.size() > options_.protocols_max) {
    return ErrorCode::inconsistent_group_protocol;
  }
  if (!members_.empty()) {
    if (request.protocol_type != protocol_type_) return ErrorCode::inconsistent_group_protocol;
    const bool common = std::ranges::any_of(request.protocols, [&](const auto& protocol) {
      return std::ranges::all_of(members_, [&](const auto& entry) { return entry.second.speaks(protocol.name); });
    });
    if (!common) return ErrorCode::inconsistent_group_protocol;
  }
  const bool is_known = members_.contains(request.member_id) || pending_.contains(request.member_id);
  if (!is_known && members_.size() + pending_.size() >= static_cast<std::size_t>(options_.members_max)) {
    return ErrorCode::group_max_size_reached;
  }
  return ErrorCode::none;
}

void Group::refuse_join(JoinCall& call, ErrorCode code, std::string member_id) const {
  JoinGroupResponse response;
  response.error_code = code;
  response.member_id = std::move(member_id);
  call.out.answer(std::move(call.done), std::move(response));
}

void Group::join(const JoinGroupRequest& request, const Caller& caller, std::string new_member_id, int64_t now_ms,
                 Outbox& out, JoinDone done) {
  JoinCall call{request, caller, now_ms, out, std::move(done)};
  if (const ErrorCode code = check_join(request); code != ErrorCode::none) {
    return refuse_join(call, code, request.member_id);
  }
  if (!request.member_id.empty()) return join_known(std::move(call));
  if (request.group_instance_id) return join_static(std::move(call), new_member_id);
  join_new(std::move(call), std::move(new_member_id));
}

void Group::join_new(JoinCall call, std::string member_id) {
  if (call.caller.version >= id_required_since) {
    pending_[member_id] = call.now_ms + call.request.session_timeout_ms;
    return refuse_join(call, ErrorCode::member_id_required, std::move(member_id));
  }
  add_member(std::move(call), member_id);
}

void Group::join_static(JoinCall call, const std::string& member_id) {
  const auto known = static_members_.find(*call.request.group_instance_id);
  if (known == static_members_.end()) return add_member(std::move(call), member_id);

  // The instance has come back: it takes the place of its former self, which is told so if it still waits.
  const std::string old_id = std::exchange(known->second, member_id);
  auto node = members_.extract(old_id);
  node.key() = member_id;
  Member& member = members_.insert(std::move(node)).position->second;
  member.id = member_id;
  if (member.join) {
    JoinGroupResponse fenced;
    fenced.error_code = ErrorCode::fenced_instance_id;
    fenced.member_id = old_id;
    call.out.answer(std::exchange(member.join, nullptr), std::move(fenced));
  }
  if (member.sync) {
    SyncGroupResponse fenced;
    fenced.error_code = ErrorCode::fenced_instance_id;
    call.out.answer(std::exchange(member.sync, nullptr), std::move(fenced));
  }
  const bool was_leader = leader_ == old_id;
  if (was_leader) leader_ = member_id;
  update_member(member, call);
  changed();
  if (state_ != GroupState::stable || select_protocol() != protocol_) return rejoin(member, std::move(call));

  // Nothing changes for the others. A leader that cannot be told to skip the assignment is shown its former self as the
  // leader, so that it does not assign.
  JoinGroupResponse response = generation_for(member);
  if (was_leader && call.caller.version < skip_assignment_since) {
    response.leader = old_id;
    response.members.clear();
  }
  response.skip_assignment = was_leader && call.caller.version >= skip_assignment_since;
  touch(member, call.now_ms);
  call.out.answer(std::move(call.done), std::move(response));
}

void Group::join_known(JoinCall call) {
  const std::string& member_id = call.request.member_id;
  if (!call.request.group_instance_id && pending_.erase(member_id) > 0) return add_member(std::move(call), member_id);

  Member* member = nullptr;
  if (const ErrorCode code = find_member(member_id, call.request.group_instance_id, member); code != ErrorCode::none) {
    return refuse_join(call, code, member_id);
  }
  const bool same_protocols = member->protocols == protocols_of(call.request);
  switch (state_) {
    case GroupState::empty: return refuse_join(call, ErrorCode::unknown_member_id, member_id);
    case GroupState::preparing_rebalance: break;
    case GroupState::completing_rebalance:
      // It did not get the answer to its last join.
      if (same_protocols) return answer_current_generation(*member, call);
      break;
    case GroupState::stable:
      // A follower that asks again with nothing new is told what holds; a leader wants a rebalance by it.
      if (member_id != leader_ && same_protocols) return answer_current_generation(*member, call);
      break;
  }
  update_member(*member, call);
  rejoin(*member, std::move(call));
}

void Group::add_member(JoinCall call, const std::string& member_id) {
  Member& member = members_[member_id];
  member.id = member_id;
  member.instance_id = call.request.group_instance_id;
  if (members_.size() == 1) {
    protocol_type_ = call.request.protocol_type;
    leader_ = member_id;
  }
  if (member.instance_id) static_members_[*member.instance_id] = member_id;
  update_member(member, call);
  member.deadline_ms = call.now_ms + new_member_timeout_ms;
  rejoin(member, std::move(call));
}

void Group::update_member(Member& member, const JoinCall& call) {
  member.client_id = call.caller.client_id;
  member.client_host = call.caller.client_host;
  member.session_timeout_ms = call.request.session_timeout_ms;
  member.rebalance_timeout_ms =
      call.request.rebalance_timeout_ms < 0 ? call.request.session_timeout_ms : call.request.rebalance_timeout_ms;
  member.protocols = protocols_of(call.request);
}

void Group::rejoin(Member& member, JoinCall call) {
  if (member.join) {
    // The same member asks again: the call before has no one to hear its answer.
    JoinGroupResponse replaced;
    replaced.error_code = ErrorCode::rebalance_in_progress;
    replaced.member_id = member.id;
    call.out.answer(std::exchange(member.join, nullptr), std::move(replaced));
  }
  member.join = std::move(call.done);
  if (state_ == GroupState::preparing_rebalance) return try_complete_join(call.now_ms, call.out);
  prepare_rebalance(call.now_ms, call.out);
}

void Group::answer_current_generation(Member& member, JoinCall& call) {
  touch(member, call.now_ms);
  call.out.answer(std::move(call.done), generation_for(member));
}

JoinGroupResponse Group::generation_for(const Member& member) const {
  JoinGroupResponse response;
  response.generation_id = generation_;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.leader = leader_;
  response.member_id = member.id;
  if (member.id != leader_) return response;
  for (const auto& [id, each] : members_) {
    response.members.push_back({id, each.instance_id, each.metadata_for(protocol_)});
  }
  return response;
}

}  // namespace azud::kafka
