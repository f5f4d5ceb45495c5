#include "kafka/broker/group/coordinator.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/logging.h"

namespace azud::kafka {
namespace {

constexpr int64_t alarm_delay_max_ms = 60'000;
/// Of a client's name in a member's id: with the rest of it the id must fit into a string of the protocol.
constexpr std::size_t id_prefix_max = 255;

std::size_t metadata_bytes(const JoinGroupRequest& request) {
  std::size_t bytes = sizeof(Member) + request.group_id.size() + request.protocol_type.size();
  for (const auto& protocol : request.protocols) bytes += protocol.name.size() + protocol.metadata.size();
  return bytes;
}

std::size_t assignment_bytes(const SyncGroupRequest& request) {
  std::size_t bytes = 0;
  for (const auto& assignment : request.assignments) bytes += assignment.assignment.size();
  return bytes;
}

Status note(Status status, std::string_view what, const std::string& group) {
  if (!status) log_warn("kafka: {} of group {} is not kept: {}", what, group, status.error().to_text());
  return status;
}

}  // namespace

void GroupCoordinator::start(UniqueFunction<void(int64_t)> alarm) {
  const MutexLock lock(mutex_);
  alarm_ = std::move(alarm);
  for (const auto& [name, bytes] : log_.scan(groups_table, "")) {
    const auto image = group_image_of(bytes);
    if (!image) {
      log_warn("kafka: group {} begins anew: {}", name, image.error().to_text());
      continue;
    }
    Slot& slot = make(name);
    slot.group->restore(*image, now_ms());
    slot.emptied_ms = image->emptied_ms;
    recount(slot);
    settle(slot);
  }
  for (const std::string& name : offsets_.groups()) make(name);
}

void GroupCoordinator::stop() {
  Groups dropped;  // after the lock: connections hear of it
  const MutexLock lock(mutex_);
  dropped.swap(groups_);
  deadlines_.clear();
  alarm_ = [](int64_t) {};
}

GroupCoordinator::Slot* GroupCoordinator::find(const std::string& group) {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}
const GroupCoordinator::Slot* GroupCoordinator::find(const std::string& group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

GroupCoordinator::Slot& GroupCoordinator::make(const std::string& group) {
  Slot& slot = groups_[group];
  if (slot.group == nullptr) {
    slot.group = std::make_unique<Group>(group, options_);
    slot.emptied_ms = clock_.wall_ms();
    recount(slot);
  }
  return slot;
}

void GroupCoordinator::recount(Slot& slot) {
  const std::size_t bytes = slot.group->bytes();
  members_bytes_ += bytes - slot.bytes;
  slot.bytes = bytes;
}

GroupCoordinator::Groups::iterator GroupCoordinator::forget(Groups::iterator group) {
  members_bytes_ -= group->second.bytes;
  return groups_.erase(group);
}

std::string GroupCoordinator::new_member_id(std::string_view prefix) {
  const uint64_t high = random_();
  const uint64_t low = random_();
  return fmt::format("{}-{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", prefix.substr(0, id_prefix_max), high >> 32,
                     high >> 16 & 0xffff, high & 0xfff, 0x8000 | (low >> 48 & 0x3fff), low & 0xffffffffffff);
}

void GroupCoordinator::settle(Slot& slot) {
  const std::string& name = slot.group->id();
  const int64_t deadline = slot.group->next_deadline();
  if (deadline != slot.deadline) {
    deadlines_.erase({slot.deadline, name});
    if (deadline != no_deadline) deadlines_.emplace(deadline, name);
    slot.deadline = deadline;
    set_alarm();
  }
  if (slot.saved != slot.group->change_count()) save(slot);
}

void GroupCoordinator::save(Slot& slot) {
  Group& group = *slot.group;
  if (group.state() != GroupState::stable && group.state() != GroupState::empty) return;
  slot.saved = group.change_count();
  GroupImage image = group.image();
  if (image.members.empty()) slot.emptied_ms = clock_.wall_ms();
  image.emptied_ms = slot.emptied_ms;
  log::WriteBatch batch;
  batch.put(std::string(groups_table), group.id(), to_bytes(image));
  // Members are answered meanwhile: if this is lost they only have to join again.
  log_.commit(std::move(batch), [name = group.id()](const Result<std::vector<log::Appended>>& result) {
    (void)note(result ? Status() : std::unexpected(result.error()), "the state", name);
  });
}

void GroupCoordinator::set_alarm() {
  const int64_t next = deadlines_.empty() ? no_deadline : deadlines_.begin()->first;
  if (next >= alarm_at_) return;
  alarm_at_ = next;
  alarm_(std::clamp<int64_t>(next - now_ms(), 0, alarm_delay_max_ms));
}

void GroupCoordinator::expire() {
  Outbox out;
  {
    const MutexLock lock(mutex_);
    alarm_at_ = no_deadline;
    const int64_t now = now_ms();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      Slot& slot = groups_.at(deadlines_.begin()->second);
      slot.group->expire(now, out);
      recount(slot);
      if (slot.group->next_deadline() <= now && slot.group->next_deadline() == slot.deadline) {
        // Nothing came of it: look again later instead of turning in circles.
        log_error("kafka: group {} has a deadline that does not pass", slot.group->id());
        deadlines_.erase(deadlines_.begin());
        slot.deadline = no_deadline;
        continue;
      }
      settle(slot);
    }
    set_alarm();
  }
  out.deliver();
}

void GroupCoordinator::join(const JoinGroupRequest& request, const Caller& caller, JoinDone done) {
  const auto refuse = [&](ErrorCode code) {
    JoinGroupResponse response;
    response.error_code = code;
    response.member_id = request.member_id;
    done(std::move(response));
  };
  if (request.group_id.empty()) return refuse(ErrorCode::invalid_group_id);
  if (request.session_timeout_ms < options_.session_timeout_min_ms ||
      request.session_timeout_ms > options_.session_timeout_max_ms) {
    return refuse(ErrorCode::invalid_session_timeout);
  }
  Outbox out;
  ErrorCode refused = ErrorCode::none;
  {
    const MutexLock lock(mutex_);
    Slot* slot = find(request.group_id);
    if (!has_room(metadata_bytes(request))) {
      refused = ErrorCode::group_max_size_reached;
    } else if (slot == nullptr && request.member_id.empty()) {
      slot = &make(request.group_id);
    } else if (slot == nullptr) {
      refused = ErrorCode::unknown_member_id;
    }
    if (refused == ErrorCode::none) {
      const std::string prefix = request.group_instance_id.value_or(caller.client_id);
      slot->group->join(request, caller, new_member_id(prefix), now_ms(), out, std::move(done));
      recount(*slot);
      settle(*slot);
    }
  }
  if (refused != ErrorCode::none) return refuse(refused);
  out.deliver();
}

void GroupCoordinator::sync(const SyncGroupRequest& request, SyncDone done) {
  const auto refuse = [&](ErrorCode code) {
    SyncGroupResponse response;
    response.error_code = code;
    done(std::move(response));
  };
  if (request.group_id.empty()) return refuse(ErrorCode::invalid_group_id);
  Outbox out;
  ErrorCode refused = ErrorCode::none;
  {
    const MutexLock lock(mutex_);
    Slot* slot = find(request.group_id);
    if (slot == nullptr) {
      refused = ErrorCode::unknown_member_id;
    } else if (!request.assignments.empty() && !has_room(assignment_bytes(request))) {
      refused = ErrorCode::unknown_server_error;  // as Kafka answers for a group too large to be stored
    } else {
      slot->group->sync(request, now_ms(), out, std::move(done));
      if (!request.assignments.empty()) recount(*slot);
      settle(*slot);
    }
  }
  if (refused != ErrorCode::none) return refuse(refused);
  out.deliver();
}

ErrorCode GroupCoordinator::heartbeat(const HeartbeatRequest& request) {
  if (request.group_id.empty()) return ErrorCode::invalid_group_id;
  const MutexLock lock(mutex_);
  Slot* slot = find(request.group_id);
  if (slot == nullptr) return ErrorCode::unknown_member_id;
  const ErrorCode code = slot->group->heartbeat(request, now_ms());
  settle(*slot);
  return code;
}

LeaveGroupResponse GroupCoordinator::leave(const LeaveGroupRequest& request, int16_t version) {
  LeaveGroupResponse response;
  if (request.group_id.empty()) {
    response.error_code = ErrorCode::invalid_group_id;
    return response;
  }
  Outbox out;
  {
    const MutexLock lock(mutex_);
    Slot* slot = find(request.group_id);
    const auto leave_one = [&](const std::string& member, const std::optional<std::string>& instance) {
      if (slot == nullptr) return ErrorCode::unknown_member_id;
      return slot->group->leave(member, instance, now_ms(), out);
    };
    if (version < 3) response.error_code = leave_one(request.member_id, std::nullopt);
    for (const auto& member : request.members) {
      auto& answer = response.members.emplace_back();
      answer.member_id = member.member_id;
      answer.group_instance_id = member.group_instance_id;
      answer.error_code = leave_one(member.member_id, member.group_instance_id);
    }
    if (slot != nullptr) {
      recount(*slot);
      settle(*slot);
    }
  }
  out.deliver();
  return response;
}

ErrorCode GroupCoordinator::check_commit(const OffsetCommitRequest& request) {
  const int32_t generation = request.generation_id_or_member_epoch;
  const MutexLock lock(mutex_);
  Slot* slot = find(request.group_id);
  if (slot == nullptr) {
    if (generation >= 0) return ErrorCode::illegal_generation;
    if (!has_room(sizeof(Group) + request.group_id.size())) return ErrorCode::group_max_size_reached;
    slot = &make(request.group_id);
  }
  if (generation < 0) slot->emptied_ms = clock_.wall_ms();
  const ErrorCode code = slot->group->check_commit(request.member_id, request.group_instance_id, generation, now_ms());
  settle(*slot);
  return code;
}

}  // namespace azud::kafka
