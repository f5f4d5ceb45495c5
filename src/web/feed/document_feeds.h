#pragma once

#include <functional>
#include <memory>
#include <string>

#include "web/feed/feed.h"
#include "web/feed/job_meter.h"
#include "web/json.h"

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

/// {"jobs":[…]}, of one job if `job` is not empty.
std::unique_ptr<Feed> make_jobs_feed(const JobMeter& meter, std::string job);

}  // namespace azud::web
