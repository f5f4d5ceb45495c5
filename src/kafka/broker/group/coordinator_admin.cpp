#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "kafka/broker/group/coordinator.h"
#include "kafka/broker/group/subscription.h"

// What administrators ask of the groups, and what becomes of groups that nobody uses.

namespace azud::kafka {

std::vector<ListGroupsResponse::Group> GroupCoordinator::list() const {
  std::vector<ListGroupsResponse::Group> groups;
  const MutexLock lock(mutex_);
  for (const auto& [name, slot] : groups_) {
    auto& group = groups.emplace_back();
    group.group_id = name;
    group.protocol_type = slot.group->protocol_type();
    group.group_state = to_string(slot.group->state());
    group.group_type = "classic";
  }
  return groups;
}

DescribeGroupsResponse::Group GroupCoordinator::describe(const std::string& name) const {
  DescribeGroupsResponse::Group description;
  description.group_id = name;
  const MutexLock lock(mutex_);
  const Slot* slot = find(name);
  if (slot == nullptr) {
    description.group_state = "Dead";
    description.error_code = ErrorCode::group_id_not_found;
    description.error_message = "there is no group " + name;
    return description;
  }
  const Group& group = *slot->group;
  const bool is_stable = group.state() == GroupState::stable;
  description.group_state = to_string(group.state());
  description.protocol_type = group.protocol_type();
  if (is_stable) description.protocol_data = group.protocol();
  for (const auto& [id, member] : group.members()) {
    auto& described = description.members.emplace_back();
    described.member_id = id;
    described.group_instance_id = member.instance_id;
    described.client_id = member.client_id;
    described.client_host = member.client_host;
    if (!is_stable) continue;
    described.member_metadata = member.metadata_for(group.protocol());
    described.member_assignment = member.assignment;
  }
  return description;
}

ErrorCode GroupCoordinator::remove(const std::string& name, log::WriteBatch& batch) {
  const MutexLock lock(mutex_);
  const auto found = groups_.find(name);
  if (found == groups_.end()) return ErrorCode::group_id_not_found;
  if (!found->second.group->is_empty()) return ErrorCode::non_empty_group;
  deadlines_.erase({found->second.deadline, name});
  forget(found);
  batch.erase(std::string(groups_table), name);
  for (const auto& entry : offsets_.all(name)) OffsetStore::erase(batch, name, entry.topic, entry.partition);
  return ErrorCode::none;
}

ErrorCode GroupCoordinator::check_offset_delete(const std::string& name) const {
  const MutexLock lock(mutex_);
  const Slot* slot = find(name);
  if (slot == nullptr) return ErrorCode::group_id_not_found;
  if (slot->group->is_empty() || slot->group->protocol_type() == consumer_protocol_type) return ErrorCode::none;
  return ErrorCode::non_empty_group;
}

bool GroupCoordinator::is_subscribed(const std::string& name, const std::string& topic) const {
  const MutexLock lock(mutex_);
  const Slot* slot = find(name);
  if (slot == nullptr) return false;
  return std::ranges::any_of(slot->group->members(), [&](const auto& entry) {
    const Member& member = entry.second;
    return std::ranges::any_of(member.protocols, [&](const Member::Protocol& protocol) {
      const auto topics = subscribed_topics(protocol.metadata);
      return !topics || std::ranges::find(*topics, topic) != topics->end();
    });
  });
}

void GroupCoordinator::expire_offsets() {
  log::WriteBatch batch;
  const MutexLock lock(mutex_);  // until the batch is handed in, so that it stands before any newer commit
  const TimestampMs oldest = clock_.wall_ms() - options_.offsets_retention_ms;
  for (auto at = groups_.begin(); at != groups_.end();) {
    const auto here = at++;
    const auto& [name, slot] = *here;
    if (!slot.group->is_empty() || slot.deadline != no_deadline) continue;
    bool any_left = false;
    for (const auto& entry : offsets_.all(name)) {
      const bool is_old = slot.emptied_ms <= oldest && entry.committed.committed_ms <= oldest;
      if (is_old || !offsets_.is_current(entry)) {
        OffsetStore::erase(batch, name, entry.topic, entry.partition);
      } else {
        any_left = true;
      }
    }
    if (any_left) continue;
    if (slot.group->generation() > 0) batch.erase(std::string(groups_table), name);
    forget(here);
  }
  if (batch.empty()) return;
  log_.commit(std::move(batch), [](const Result<std::vector<log::Appended>>& result) {
    if (!result) log_warn("kafka: expired offsets stay for now: {}", result.error().to_text());
  });
}

}  // namespace azud::kafka
