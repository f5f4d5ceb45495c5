#pragma once

#include <condition_variable>
#include <memory>
#include <thread>

#include "base/thread_annotations.h"
#include "connect/mail/mail_carrier.h"
#include "connect/mail/outbox.h"
#include "io/clock.h"

namespace azud::connect {

struct MailSenderOptions {
  int64_t retry_for_ms = 3LL * 24 * 3600 * 1000;  ///< after which a mail is given up
  /// How long a mail that is done with is still shown, from its queueing; negative: for ever.
  int64_t keep_for_ms = 30LL * 24 * 3600 * 1000;
  int64_t batch_pause_ms = 500;       ///< after mails were carried, before those that came meanwhile: one sync for many
  int64_t server_pause_ms_min = 500;  ///< after a failed attempt to reach the other side, doubled each time
  int64_t server_pause_ms_max = 60'000;
  int64_t mail_pause_ms_min = 30'000;  ///< of one mail that is not taken now, doubled each time
  int64_t mail_pause_ms_max = 3600'000;
};

/// Has the queued mails of an outbox carried, on a thread of its own, and notes what became of each before it goes on:
/// a crash repeats at most what the carrier took at once.
class MailSender {
 public:
  /// What is passed in by reference outlives the sender.
  MailSender(Outbox& outbox, std::unique_ptr<MailCarrier> carrier, const io::Clock& clock,
             MailSenderOptions options = {});
  ~MailSender();  ///< stops; what is queued stays so

 private:
  void run();
  enum class Carried : uint8_t { none, some, full };  ///< nothing was due; all that was; as much as goes at once
  Result<Carried> carry_some();
  void remove_old();
  Outbox::Note note_of(const Outbox::Queued& mail, const MailOutcome& outcome) const;
  void pause(int64_t at_most_ms, bool until_queued);

  Outbox& outbox_;
  const std::unique_ptr<MailCarrier> carrier_;
  const io::Clock& clock_;
  const MailSenderOptions options_;
  int64_t server_pause_ms_ = 0;               ///< of the thread
  std::optional<int64_t> looked_for_old_us_;  ///< of the thread
  Mutex mutex_;
  std::condition_variable_any wake_;
  bool queued_ AZUD_GUARDED_BY(mutex_) = true;
  bool stopping_ AZUD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace azud::connect
