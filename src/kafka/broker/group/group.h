#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/broker/group/group_image.h"
#include "kafka/broker/group/member.h"
#include "kafka/broker/group/outbox.h"
#include "kafka/broker/options.h"
#include "kafka/wire/error_code.h"
#include "kafka/wire/message/group_membership.h"

namespace azud::kafka {

enum class GroupState : uint8_t { empty, preparing_rebalance, completing_rebalance, stable };
/// Kafka's words: "Empty", "PreparingRebalance", "CompletingRebalance", "Stable".
std::string_view to_string(GroupState state);

inline constexpr int64_t no_deadline = std::numeric_limits<int64_t>::max();

/// One consumer group of the classic protocol: who is in it, which generation they are in, and who waits for what. A
/// state machine and nothing else: it is told what time it is (monotonic milliseconds), knows no clock, thread or disk,
/// and puts its answers into an Outbox. Guarded by the coordinator's mutex.
class Group {
 public:
  Group(std::string id, const GroupOptions& options) : id_(std::move(id)), options_(options) {}

  /// `new_member_id` is what the member is called if it has no id yet.
  void join(const JoinGroupRequest& request, const Caller& caller, std::string new_member_id, int64_t now_ms,
            Outbox& out, JoinDone done);
  void sync(const SyncGroupRequest& request, int64_t now_ms, Outbox& out, SyncDone done);
  ErrorCode heartbeat(const HeartbeatRequest& request, int64_t now_ms);
  /// One entry of LeaveGroup: by member id, by instance id (an admin's doing), or both.
  ErrorCode leave(const std::string& member_id, const std::optional<std::string>& instance_id, int64_t now_ms,
                  Outbox& out);

  /// Whether this member, in this generation, may store offsets. A generation below 0 is a consumer without a group's
  /// help, which may as long as there are no members.
  ErrorCode check_commit(const std::string& member_id, const std::optional<std::string>& instance_id,
                         int32_t generation, int64_t now_ms);

  /// Does what is due. To be called when next_deadline() has come.
  void expire(int64_t now_ms, Outbox& out);
  int64_t next_deadline() const;

  const std::string& id() const { return id_; }
  GroupState state() const { return state_; }
  bool is_empty() const { return state_ == GroupState::empty; }
  int32_t generation() const { return generation_; }
  const std::string& protocol_type() const { return protocol_type_; }
  const std::string& protocol() const { return protocol_; }
  const std::string& leader() const { return leader_; }
  const std::map<std::string, Member>& members() const { return members_; }
  /// About what it takes in memory.
  std::size_t bytes() const;

  /// Rises with each change that a restart must not forget.
  uint64_t change_count() const { return change_count_; }
  /// What a restart needs; only an empty or stable group has one worth keeping.
  GroupImage image() const;
  /// Goes on from an image: its members have one session's time to be heard of. For a group just made.
  void restore(const GroupImage& image, int64_t now_ms);

 private:
  struct JoinCall {
    const JoinGroupRequest& request;
    const Caller& caller;
    int64_t now_ms;
    Outbox& out;
    JoinDone done;
  };

  // group_join.cpp
  ErrorCode check_join(const JoinGroupRequest& request) const;
  void join_new(JoinCall call, std::string member_id);
  void join_static(JoinCall call, const std::string& member_id);
  void join_known(JoinCall call);
  void add_member(JoinCall call, const std::string& member_id);
  void update_member(Member& member, const JoinCall& call);
  void rejoin(Member& member, JoinCall call);
  void answer_current_generation(Member& member, JoinCall& call);
  JoinGroupResponse generation_for(const Member& member) const;
  void refuse_join(JoinCall& call, ErrorCode code, std::string member_id) const;

  // group_rebalance.cpp
  void prepare_rebalance(int64_t now_ms, Outbox& out);
  void try_complete_join(int64_t now_ms, Outbox& out);
  void complete_join(int64_t now_ms, Outbox& out);
  bool elect_joined_leader();
  std::string select_protocol() const;
  void remove_member(const std::string& member_id, ErrorCode told, int64_t now_ms, Outbox& out);
  void drop_member(std::map<std::string, Member>::iterator at, ErrorCode told, Outbox& out);
  void expire_pending(int64_t now_ms, Outbox& out);
  void expire_members(int64_t now_ms, Outbox& out);
  void expire_syncs(int64_t now_ms, Outbox& out);
  int32_t rebalance_timeout_ms() const;

  ErrorCode find_member(const std::string& member_id, const std::optional<std::string>& instance_id, Member*& member);
  void touch(Member& member, int64_t now_ms) { member.deadline_ms = now_ms + member.session_timeout_ms; }
  SyncGroupResponse assignment_for(const Member& member) const;
  void changed() { ++change_count_; }

  const std::string id_;
  const GroupOptions& options_;
  GroupState state_ = GroupState::empty;
  int32_t generation_ = 0;
  std::string protocol_type_;
  std::string protocol_;
  std::string leader_;
  std::map<std::string, Member> members_;
  std::map<std::string, std::string> static_members_;  ///< instance id → member id
  std::map<std::string, int64_t> pending_;             ///< member ids given out and not used yet → deadline
  int64_t join_not_before_ms_ = 0;                     ///< a new group waits so long for further members
  int64_t join_deadline_ms_ = no_deadline;
  int64_t sync_deadline_ms_ = no_deadline;
  uint64_t change_count_ = 0;
};

}  // namespace azud::kafka
