#include "simulate/runner.h"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>

namespace azud::simulate {

namespace {

constexpr int wait_ms = 1;  // while the pace or the sender holds us back
constexpr int64_t progress_us = 1'000'000;
constexpr uint64_t sends_between_looks = 64;  // at the clock, when there is no pace to keep

/// One run; the members are what its steps share.
class Run {
 public:
  Run(EventSource& source, Sender& sender, const RunSettings& settings, const io::Clock& clock,
      const std::atomic<bool>& stop, const std::function<void(std::string_view)>& progress)
      : source_(source),
        sender_(sender),
        settings_(settings),
        clock_(clock),
        stop_(stop),
        progress_(progress),
        start_us_(clock.monotonic_us()),
        report_us_(start_us_) {}

  Status send_all();
  int64_t elapsed_us() const { return clock_.monotonic_us() - start_us_; }

 private:
  bool done() const { return stop_.load(std::memory_order_relaxed) || sent_ >= limit(); }
  uint64_t limit() const {
    return settings_.count_max == 0 ? std::numeric_limits<uint64_t>::max() : settings_.count_max;
  }
  /// How many messages may have been sent by now.
  uint64_t due(int64_t elapsed_us) const {
    if (settings_.rate <= 0) return sent_ + sends_between_looks;
    return static_cast<uint64_t>(static_cast<double>(elapsed_us) * settings_.rate / 1e6) + 1;
  }
  void report(int64_t elapsed_us);

  EventSource& source_;
  Sender& sender_;
  const RunSettings& settings_;
  const io::Clock& clock_;
  const std::atomic<bool>& stop_;
  const std::function<void(std::string_view)>& progress_;
  const int64_t start_us_;
  int64_t report_us_;
  uint64_t reported_ = 0;
  uint64_t sent_ = 0;
};

Status Run::send_all() {
  Event event;
  for (uint64_t i = 0; i < settings_.from; ++i) {
    if (!source_.next(event)) return {};
  }
  bool waiting = false;  // `event` has been taken from the source and not been sent
  while (!done()) {
    const int64_t elapsed = elapsed_us();
    if (settings_.duration_ms > 0 && elapsed >= settings_.duration_ms * 1000) break;
    report(elapsed);
    const uint64_t until = std::min(due(elapsed), limit());
    bool stuck = sent_ >= until;
    while (sent_ < until && !stuck) {
      if (!waiting && !source_.next(event)) return {};
      TRY_ASSIGN(const bool taken, sender_.send(event));
      waiting = !taken;
      stuck = !taken;
      if (taken) ++sent_;
    }
    if (stuck) sender_.poll(wait_ms);
  }
  return {};
}

void Run::report(int64_t elapsed_us) {
  const int64_t now_us = start_us_ + elapsed_us;
  if (!progress_ || now_us - report_us_ < progress_us) return;
  const SendCounts counts = sender_.counts();
  const double rate = static_cast<double>(sent_ - reported_) * 1e6 / static_cast<double>(now_us - report_us_);
  std::string line = fmt::format("{:.0f} s: {} sent, {} acknowledged, {:.0f}/s", static_cast<double>(elapsed_us) / 1e6,
                                 counts.sent, counts.acknowledged, rate);
  if (counts.refused > 0) line += fmt::format(", {} refused", counts.refused);
  if (const std::string trouble = sender_.trouble(); !trouble.empty()) line += fmt::format(" ({})", trouble);
  progress_(line);
  report_us_ = now_us;
  reported_ = sent_;
}

}  // namespace

Result<RunResult> run(EventSource& source, Sender& sender, const RunSettings& settings, const io::Clock& clock,
                      const std::atomic<bool>& stop, const std::function<void(std::string_view)>& progress) {
  Run one(source, sender, settings, clock, stop, progress);
  TRY(one.send_all());
  TRY(sender.finish(settings.finish_timeout_ms));
  return RunResult{.counts = sender.counts(), .latency = sender.latency(), .elapsed_us = one.elapsed_us()};
}

std::string describe(const RunResult& result) {
  const double seconds = std::max(static_cast<double>(result.elapsed_us) / 1e6, 1e-6);
  std::string text = fmt::format("{} messages in {:.1f} s, {:.0f}/s; acknowledged {}, refused {}, repeated {}",
                                 result.counts.sent, seconds, static_cast<double>(result.counts.sent) / seconds,
                                 result.counts.acknowledged, result.counts.refused, result.counts.repeated);
  if (result.latency.count() > 0) {
    const auto ms = [&](double share) { return static_cast<double>(result.latency.percentile_us(share)) / 1000; };
    text += fmt::format("; latency p50 {:.2f} ms, p99 {:.2f} ms, p99.9 {:.2f} ms, max {:.2f} ms", ms(0.5), ms(0.99),
                        ms(0.999), static_cast<double>(result.latency.max_us()) / 1000);
  }
  return text;
}

}  // namespace azud::simulate
