#pragma once

#include <ostream>
#include <vector>

#include "simulate/sender.h"

namespace azud::simulate {

/// Writes one line a message, `nominal time (ms), topic, key, value` with tabs between them: to look at a generator,
/// and to compare it with another one.
class TextSender final : public Sender {
 public:
  /// `out` must outlive the sender.
  TextSender(std::ostream& out, const EventSource& source)
      : out_(out), topics_(source.topics().begin(), source.topics().end()) {}

  Result<bool> send(const Event& event) override;
  void poll(int) override {}
  Status finish(int) override;
  SendCounts counts() const override { return counts_; }
  LatencyHistogram latency() const override { return {}; }
  std::string trouble() const override { return {}; }

 private:
  std::ostream& out_;
  std::vector<std::string> topics_;
  SendCounts counts_;
};

}  // namespace azud::simulate
