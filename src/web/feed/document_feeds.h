#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "web/feed/feed.h"
#include "web/json.h"
#include "web/view/job_view.h"

namespace azud::web {

/// A document that is sent as a whole whenever it has changed.
class DocumentFeed final : public Feed {
 public:
  DocumentFeed(std::function<Json(TimestampMs now)> read, int64_t interval_ms)
      : read_(std::move(read)), interval_ms_(interval_ms) {}

  int64_t interval_ms() const override { return interval_ms_; }
  Status advance(TimestampMs now, std::string& delta) override;
  void write_snapshot(const SnapshotRequest& request, std::string& out) const override;

 private:
  std::function<Json(TimestampMs now)> read_;
  int64_t interval_ms_;
  std::string text_;
};

/// Makes rates of a job's counters: remembers those of the last call. Owned by one thread.
class JobRates {
 public:
  /// docs/web-api.md, 2.5.
  Json to_json(const JobStatus& job, TimestampMs now);

 private:
  struct Seen {
    TimestampMs at = 0;
    uint64_t in = 0, out = 0, busy_us = 0;
    double in_rate = 0, out_rate = 0;
    std::optional<double> busy;
  };
  Json instance_json(const std::string& key, const JobStatus::Instance& instance, TimestampMs now, Seen& sum);
  std::map<std::string, Seen> seen_;
};

/// {"jobs":[…]}, of one job if `job` is not empty.
std::unique_ptr<Feed> make_jobs_feed(const JobView& view, std::string job);

}  // namespace azud::web
