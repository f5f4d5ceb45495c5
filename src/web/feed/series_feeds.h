#pragma once

#include <memory>

#include "log/log.h"
#include "web/feed/feed.h"
#include "web/query/query.h"
#include "web/topic/topic_meter.h"
#include "web/view/alarm_view.h"

namespace azud::web {

/// Records or bytes a second of topics, by topic or as a sum.
std::unique_ptr<Feed> make_rate_feed(const TopicMeter& meter, const Query& query, RateTier tier);

/// Points out of a topic's records, by the query's columns; the whole topic is read once, then followed.
std::unique_ptr<Feed> make_series_feed(const log::Log& log, const Query& query);

/// Alarms raised or cleared per step, by type; the last day.
std::unique_ptr<Feed> make_alarm_rate_feed(const AlarmView& view, const Query& query);

}  // namespace azud::web
