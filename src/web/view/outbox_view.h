#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "connect/mail/mail_entry.h"

namespace azud::web {

using connect::MailEntry;
using connect::MailPage;
using connect::MailState;

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

}  // namespace azud::web
