#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace azud::web {

enum class MailState : uint8_t {
  queued,  ///< to be tried, or tried again
  sent,    ///< a server took it
  stored,  ///< lies in the outbox folder: there is no server
  failed,  ///< given up
};

struct MailEntry {
  std::string id;
  TimestampMs at = 0;
  std::string to;
  std::string subject;
  MailState state = MailState::queued;
  uint32_t attempts = 0;
  std::optional<std::string> error;  ///< of the last attempt
  uint64_t bytes = 0;
};

struct MailPage {
  std::vector<MailEntry> mails;  ///< newest first
  std::size_t total = 0;
  std::string next;  ///< cursor; empty at the end
};

struct MailContent {
  MailEntry entry;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string text;
};

/// What the page needs of the e-mails. Thread-safe; may read files.
class OutboxView {
 public:
  virtual ~OutboxView() = default;

  /// Rises with every change; starts above 0.
  virtual uint64_t version() const = 0;
  /// Those whose subject or recipient contains `search`, all if it is empty.
  virtual Result<MailPage> find(std::string_view search, std::size_t limit, std::string_view cursor) const = 0;
  virtual Result<MailContent> get(std::string_view id) const = 0;  ///< `not_found`
  virtual Result<SharedBytes> raw(std::string_view id) const = 0;  ///< as it is or would be sent
};

std::string_view to_string(MailState state);

}  // namespace azud::web
