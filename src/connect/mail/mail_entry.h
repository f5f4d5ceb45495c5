#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace azud::connect {

enum class MailState : uint8_t {
  queued,  ///< to be tried, or tried again
  sent,    ///< a server took it
  stored,  ///< lies in the outbox folder: there is no server
  failed,  ///< given up
};
std::string_view to_string(MailState state);

/// A mail of the outbox without its text.
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

}  // namespace azud::connect
