#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread_annotations.h"
#include "base/unique_function.h"
#include "io/clock.h"
#include "kafka/broker/group/group.h"
#include "kafka/broker/group/offset_store.h"
#include "kafka/broker/options.h"
#include "kafka/wire/message/group_admin.h"
#include "kafka/wire/message/group_membership.h"
#include "kafka/wire/message/offset_commit.h"
#include "log/log.h"

namespace azud::kafka {

/// All consumer groups: finds the group a request is for, tells it the time, keeps what must survive a restart in the
/// log's catalogue. Thread-safe; answers are given on the calling thread, after the lock is released, or on the
/// journal's thread where something had to be made durable first.
class GroupCoordinator {
 public:
  GroupCoordinator(log::Log& log, const io::Clock& clock, const GroupOptions& options)
      : log_(log), clock_(clock), options_(options), offsets_(log) {}

  /// Loads the groups of the catalogue. `alarm` is called with the milliseconds after which expire() is to be called; a
  /// new call replaces the one before. It must not call back.
  void start(UniqueFunction<void(int64_t)> alarm);
  /// Drops all groups from memory with the calls that wait in them, whose connections close. Nothing may be called
  /// after.
  void stop();

  void join(const JoinGroupRequest& request, const Caller& caller, JoinDone done);
  void sync(const SyncGroupRequest& request, SyncDone done);
  ErrorCode heartbeat(const HeartbeatRequest& request);
  LeaveGroupResponse leave(const LeaveGroupRequest& request, int16_t version);

  /// Whether offsets may be stored in this group's name; makes a group for a consumer that manages itself, if there is
  /// room for one.
  ErrorCode check_commit(const OffsetCommitRequest& request);

  std::vector<ListGroupsResponse::Group> list() const;
  DescribeGroupsResponse::Group describe(const std::string& group) const;
  /// none, group_id_not_found, non_empty_group; forgets an empty group. The caller makes the deletion durable with
  /// what is put into `batch`.
  ErrorCode remove(const std::string& group, log::WriteBatch& batch);
  /// Whether offsets of `topic` may be deleted, for each topic asked for; the whole request's code first.
  ErrorCode check_offset_delete(const std::string& group) const;
  bool is_subscribed(const std::string& group, const std::string& topic) const;

  /// Does what is due in all groups.
  void expire();
  /// Forgets offsets that nobody has used for the retention time, and groups that have none left.
  void expire_offsets();

  const OffsetStore& offsets() const { return offsets_; }

 private:
  struct Slot {
    std::unique_ptr<Group> group;
    int64_t deadline = no_deadline;  ///< as in deadlines_
    uint64_t saved = 0;              ///< the group's change_count() that the catalogue has
    std::size_t bytes = 0;           ///< as in members_bytes_
    TimestampMs emptied_ms = 0;
  };

  int64_t now_ms() const { return clock_.monotonic_us() / 1000; }
  Slot* find(const std::string& group) AZUD_REQUIRES(mutex_);
  const Slot* find(const std::string& group) const AZUD_REQUIRES(mutex_);
  Slot& make(const std::string& group) AZUD_REQUIRES(mutex_);
  std::string new_member_id(std::string_view prefix) AZUD_REQUIRES(mutex_);
  /// After each call of a group: notes its next deadline and saves it if need be.
  void settle(Slot& slot) AZUD_REQUIRES(mutex_);
  /// After a call that may have changed what its members hold.
  void recount(Slot& slot) AZUD_REQUIRES(mutex_);
  bool has_room(std::size_t more_bytes) const AZUD_REQUIRES(mutex_) {
    return members_bytes_ + more_bytes <= options_.members_bytes_max;
  }
  using Groups = std::map<std::string, Slot>;
  Groups::iterator forget(Groups::iterator group) AZUD_REQUIRES(mutex_);
  void save(Slot& slot) AZUD_REQUIRES(mutex_);
  void set_alarm() AZUD_REQUIRES(mutex_);

  log::Log& log_;
  const io::Clock& clock_;
  const GroupOptions options_;
  const OffsetStore offsets_;

  mutable Mutex mutex_;
  UniqueFunction<void(int64_t)> alarm_ AZUD_GUARDED_BY(mutex_);
  Groups groups_ AZUD_GUARDED_BY(mutex_);
  std::size_t members_bytes_ AZUD_GUARDED_BY(mutex_) = 0;  ///< of all groups
  std::set<std::pair<int64_t, std::string>> deadlines_ AZUD_GUARDED_BY(mutex_);
  int64_t alarm_at_ AZUD_GUARDED_BY(mutex_) = no_deadline;
  std::mt19937_64 random_ AZUD_GUARDED_BY(mutex_){std::random_device{}()};
};

}  // namespace azud::kafka
