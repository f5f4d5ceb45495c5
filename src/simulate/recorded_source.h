#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "simulate/event_source.h"

namespace azud::simulate {

/// Messages written down before, a line each, as TextSender writes them: `nominal time (ms), topic, key, value`, tabs
/// between them. The value is the rest of the line and may contain tabs.
class RecordedSource final : public EventSource {
 public:
  /// Reads all of `text`; Code::invalid names the line that is none.
  static Result<std::unique_ptr<RecordedSource>> read(std::string_view text);

  std::span<const std::string> topics() const override { return topics_; }
  uint32_t key_slots() const override { return key_slots_; }
  double nominal_rate() const override { return 0; }
  bool next(Event& event) override;

 private:
  struct Line {
    uint32_t topic;
    uint32_t key_slot;
    std::string key;
    std::string value;
    TimestampMs nominal_ms;
  };

  std::vector<std::string> topics_;
  uint32_t key_slots_ = 0;
  std::vector<Line> lines_;
  std::size_t next_ = 0;
};

}  // namespace azud::simulate
