#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "log/log.h"
#include "web/feed/feed.h"
#include "web/feed/job_meter.h"
#include "web/json.h"
#include "web/query/query.h"
#include "web/topic/topic_meter.h"
#include "web/view/alarm_view.h"
#include "web/view/outbox_view.h"

namespace azud::web {

/// What feeds are made of. All of it outlives them; null where a server has no such thing.
struct FeedParts {
  const log::Log& log;
  const TopicMeter& meter;
  std::function<Json()> status;  ///< docs/web-api.md, 2.1
  const AlarmView* alarms = nullptr;
  const JobMeter* jobs = nullptr;
  const OutboxView* outbox = nullptr;
};

/// `unsupported` for a source that this server does not have.
Result<std::unique_ptr<Feed>> make_feed(const Query& query, const TimeRange& range, const FeedParts& parts);

/// Requests with the same key can share a feed: the query, and what of the range the feed itself depends on.
std::string feed_key(const Query& query, const TimeRange& range);

}  // namespace azud::web
