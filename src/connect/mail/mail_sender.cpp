#include "connect/mail/mail_sender.h"

#include <algorithm>
#include <chrono>

#include "base/logging.h"
#include "base/thread_name.h"
#include "io/thread_urgency.h"

namespace azud::connect {
namespace {

constexpr int64_t look_again_ms = 60'000;  ///< for when the wall clock was set
constexpr int64_t look_for_old_ms = 60'000;
constexpr std::size_t remove_at_once_max = 500;  ///< a short transaction: storing waits for it

int64_t doubled(int64_t first, int64_t most, uint32_t times) { return std::min(most, first << std::min(times, 20U)); }

}  // namespace

MailSender::MailSender(Outbox& outbox, std::unique_ptr<MailCarrier> carrier, const io::Clock& clock,
                       MailSenderOptions options)
    : outbox_(outbox), carrier_(std::move(carrier)), clock_(clock), options_(options) {
  outbox_.on_queued([this] {
    {
      const MutexLock lock(mutex_);
      queued_ = true;
    }
    wake_.notify_all();
  });
  thread_ = std::thread([this] { run(); });
}

MailSender::~MailSender() {
  outbox_.on_queued({});
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  carrier_->interrupt();
  thread_.join();
}

/// Until the time is over or the sender stops; `until_queued`: or a mail is stored.
void MailSender::pause(int64_t at_most_ms, bool until_queued) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(at_most_ms);
  MutexLock lock(mutex_);
  while (!stopping_ && !(until_queued && queued_))
    if (wake_.wait_until(lock, end) == std::cv_status::timeout) return;
}

/// Once a minute; what is much goes in pieces, with mails carried in between.
void MailSender::remove_old() {
  const int64_t now_us = clock_.monotonic_us();
  if (options_.keep_for_ms < 0 || (looked_for_old_us_ && now_us - *looked_for_old_us_ < look_for_old_ms * 1000)) return;
  const auto removed = outbox_.remove_done(clock_.wall_ms() - options_.keep_for_ms, remove_at_once_max);
  if (!removed) log_warn("mail: {}", removed.error().message());
  if (!removed || *removed < remove_at_once_max) looked_for_old_us_ = now_us;
}

void MailSender::run() {
  name_thread("mail");
  io::set_urgency(io::Urgency::background);
  while (true) {
    {
      const MutexLock lock(mutex_);
      if (stopping_) return;
      queued_ = false;
    }
    remove_old();
    const Result<Carried> carried = carry_some();
    if (!carried) {
      log_warn("mail: {}", carried.error().message());
      pause(options_.server_pause_ms_min, false);
    } else if (server_pause_ms_ > 0) {
      pause(server_pause_ms_, false);
    } else if (*carried == Carried::some) {
      pause(options_.batch_pause_ms, false);
    } else if (*carried == Carried::none) {
      const auto next = outbox_.next_due();
      const int64_t wait = next && *next ? std::max<int64_t>(**next - clock_.wall_ms(), 1) : look_again_ms;
      pause(std::min(wait, look_again_ms), true);
    }
  }
}

Outbox::Note MailSender::note_of(const Outbox::Queued& mail, const MailOutcome& outcome) const {
  Outbox::Note note{.id = mail.mail.id, .state = carrier_->state_when_done(), .error = {}, .remaining = {}};
  if (!outcome.reason.empty()) note.error = outcome.reason;
  if (outcome.kind == MailOutcome::Kind::done) return note;
  const TimestampMs now = clock_.wall_ms();
  const bool over = outcome.kind == MailOutcome::Kind::refused ||
                    (outcome.kind == MailOutcome::Kind::later && now - mail.queued_at > options_.retry_for_ms);
  note.state = over ? MailState::failed : MailState::queued;
  if (over) log_warn("mail {}: given up: {}", mail.mail.id, outcome.reason);
  if (outcome.kind == MailOutcome::Kind::later) {
    note.next_at = now + doubled(options_.mail_pause_ms_min, options_.mail_pause_ms_max, mail.attempts);
    note.remaining = outcome.remaining;
  }
  return note;
}

Result<MailSender::Carried> MailSender::carry_some() {
  TRY_ASSIGN(const auto mails, outbox_.due(clock_.wall_ms(), carrier_->batch_max()));
  if (mails.empty()) return Carried::none;
  const std::vector<MailOutcome> outcomes = carrier_->carry(mails);
  std::vector<Outbox::Note> notes;
  const MailOutcome* unreachable = nullptr;
  for (std::size_t i = 0; i < std::min(outcomes.size(), mails.size()); ++i) {
    if (outcomes[i].kind == MailOutcome::Kind::unreachable) unreachable = &outcomes[i];
    notes.push_back(note_of(mails[i], outcomes[i]));
  }
  TRY(outbox_.note(notes));
  if (unreachable == nullptr) {
    if (server_pause_ms_ > 0) log_info("mail: {} is there again", carrier_->destination());
    server_pause_ms_ = 0;
    return mails.size() < carrier_->batch_max() ? Carried::some : Carried::full;
  }
  if (server_pause_ms_ == 0)
    log_warn("mail: {}: {}; tried again until it works", carrier_->destination(), unreachable->reason);
  server_pause_ms_ = server_pause_ms_ == 0 ? options_.server_pause_ms_min
                                           : std::min(options_.server_pause_ms_max, 2 * server_pause_ms_);
  TRY_ASSIGN(const std::size_t expired, outbox_.expire(clock_.wall_ms() - options_.retry_for_ms, unreachable->reason));
  if (expired > 0) log_warn("mail: {} mails given up: {}", expired, unreachable->reason);
  return Carried::some;
}

}  // namespace azud::connect
