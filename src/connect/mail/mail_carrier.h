#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connect/mail/outbox.h"

namespace azud::connect {

/// What became of an attempt to carry a mail.
struct MailOutcome {
  enum class Kind : uint8_t {
    done,         ///< the other side has it
    refused,      ///< it never will
    later,        ///< not this mail now
    unreachable,  ///< no mail now
  };
  Kind kind = Kind::done;
  std::string reason;     ///< of all but `done`; of `done`: recipients that were refused
  std::string remaining;  ///< of `later`: the recipients that are left, if some were served
};

/// Takes mails to where they go. Used by one thread at a time.
class MailCarrier {
 public:
  virtual ~MailCarrier() = default;

  /// How many carry() takes at once: what a crash may cause to be carried again.
  virtual std::size_t batch_max() const = 0;
  /// The state of a mail that was carried.
  virtual MailState state_when_done() const = 0;
  /// One outcome a mail, in their order; after an `unreachable` one the rest may be missing.
  virtual std::vector<MailOutcome> carry(std::span<const Outbox::Queued> mails) = 0;
  /// Makes a carry() on another thread come back soon. Any thread.
  virtual void interrupt() {}
  /// For the log: where the mails go.
  virtual std::string destination() const = 0;
};

}  // namespace azud::connect
