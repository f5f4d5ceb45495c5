#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "web/json.h"
#include "web/view/job_view.h"

namespace azud::web {

/// What the jobs are, as of now, with the rates of their counters, which it makes of a look at them once a second, so
/// that whoever asks gets them at once. Owned by one thread.
class JobMeter {
 public:
  /// `view` outlives it.
  explicit JobMeter(const JobView& view) : view_(view) {}

  void sample(TimestampMs now);
  /// {"jobs":[…]} of docs/web-api.md, 2.5, rates as of the last sample; of one job if `job` is not empty.
  Json to_json(std::string_view job) const;

 private:
  struct Sample {
    TimestampMs at = 0;
    uint64_t in = 0, out = 0;
    std::optional<uint64_t> busy_us;
  };
  /// What an instance of a node counted in the last seconds: a rate over more than one is calmer.
  using Samples = std::deque<Sample>;
  struct Rates {
    double in = 0, out = 0;
    std::optional<double> busy;
  };
  static Rates rates_of(const Samples& samples);
  Json node_json(const std::string& job, const JobStatus::Node& node) const;
  Json job_json(const JobStatus& job) const;

  const JobView& view_;
  std::map<std::string, Samples> samples_;  ///< by job, node and instance
};

}  // namespace azud::web
