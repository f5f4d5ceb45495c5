#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "connect/mail/message.h"
#include "table/database.h"

namespace azud::connect {

/// A folder of `.eml` files, one a mail, with an index beside it (`outbox.db`). Thread-safe.
class Outbox {
 public:
  static Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& folder);

  /// Durable when it returns. A mail whose id is there already is written again: it is there once.
  Status store(const std::vector<Mail>& mails);

  struct Entry {
    std::string id;
    TimestampMs at = 0;
    std::string to;
    std::string subject;
    uint64_t bytes = 0;
  };
  struct Page {
    std::vector<Entry> mails;  ///< newest first
    std::size_t total = 0;
    std::string next;  ///< cursor; empty at the end
  };
  /// Those whose subject or recipient contains `search`; `invalid` for a cursor that find() did not give.
  Result<Page> find(std::string_view search, std::size_t limit, std::string_view cursor) const;
  Result<Mail> get(std::string_view id) const;  ///< not_found
  /// Rises with every change; starts above 0.
  uint64_t version() const { return version_.load(); }

 private:
  Outbox(std::filesystem::path folder, table::Database index) : folder_(std::move(folder)), index_(std::move(index)) {}
  Status write_file(const Mail& mail) const;

  std::filesystem::path folder_;
  mutable Mutex mutex_;
  mutable table::Database index_ AZUD_GUARDED_BY(mutex_);
  std::atomic<uint64_t> version_{1};
};

}  // namespace azud::connect
