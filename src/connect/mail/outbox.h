#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "connect/mail/mail_entry.h"
#include "connect/mail/message.h"
#include "table/database.h"

namespace azud::connect {

/// All mails and what became of each, in a SQLite file (`outbox.db` of the folder): the queue of those that are still
/// to be carried. Thread-safe.
class Outbox {
 public:
  static Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& folder);

  /// Queued, and durable when it returns: one transaction. A mail whose id is there already stays as it is.
  Status store(const std::vector<Mail>& mails, TimestampMs now);

  /// Those whose subject or recipient contains `search`; `invalid` for a cursor that find() did not give.
  Result<MailPage> find(std::string_view search, std::size_t limit, std::string_view cursor) const;
  struct Content {
    MailEntry entry;
    Mail mail;
  };
  Result<Content> get(std::string_view id) const;  ///< not_found
  /// Rises with every change; starts above 0.
  uint64_t version() const { return version_.load(); }

  // For who carries them.

  struct Queued {
    Mail mail;
    std::string remaining;  ///< the recipients that are left, if not all of `mail.to`
    uint32_t attempts = 0;
    TimestampMs queued_at = 0;
  };
  /// Queued mails whose time has come, in the order of their storing; those that wait for another attempt after it.
  Result<std::vector<Queued>> due(TimestampMs now, std::size_t limit) const;
  /// When the next queued mail is due; nothing if none is queued.
  Result<std::optional<TimestampMs>> next_due() const;

  /// What an attempt came to.
  struct Note {
    std::string id;
    MailState state = MailState::queued;
    std::optional<std::string> error;
    TimestampMs next_at = 0;  ///< of the next attempt, if it stays queued
    std::string remaining;
  };
  /// Durable when it returns; each counts as an attempt.
  Status note(const std::vector<Note>& notes);
  /// Gives up all that was queued before `queued_before` and still is; how many.
  Result<std::size_t> expire(TimestampMs queued_before, const std::string& error);
  /// Removes mails that were queued before that time and are done with: sent, given up, or stored, those with their
  /// files. `limit` at most, how many; never one that is still to be carried.
  Result<std::size_t> remove_done(TimestampMs queued_before, std::size_t limit);
  /// Called after each store that queued something; an empty function ends it. Not to call back into the outbox.
  void on_queued(std::function<void()> callback);

  const std::filesystem::path& folder() const { return folder_; }
  /// Where a mail lies when there is no server.
  std::filesystem::path file_of(std::string_view id) const { return folder_ / (std::string(id) + ".eml"); }

 private:
  Outbox(std::filesystem::path folder, std::string origin, table::Database writer, table::Database reader)
      : folder_(std::move(folder)),
        origin_(std::move(origin)),
        writer_(std::move(writer)),
        reader_(std::move(reader)) {}
  Status change(const std::function<Status(table::Database& database)>& what);

  const std::filesystem::path folder_;
  const std::string origin_;
  Mutex write_mutex_;
  table::Database writer_ AZUD_GUARDED_BY(write_mutex_);
  mutable Mutex read_mutex_;
  mutable table::Database reader_ AZUD_GUARDED_BY(read_mutex_);
  Mutex callback_mutex_;
  std::function<void()> on_queued_ AZUD_GUARDED_BY(callback_mutex_);
  std::atomic<uint64_t> version_{1};
};

}  // namespace azud::connect
