#include "web/feed/feed_factory.h"

#include "web/feed/document_feeds.h"
#include "web/feed/entities_feed.h"
#include "web/feed/messages_feed.h"
#include "web/feed/row_feeds.h"
#include "web/feed/series_feeds.h"

namespace azud::web {

namespace {

/// The raw points go back an hour.
RateTier rate_tier(const TimeRange& range) {
  constexpr int64_t hour_ms = 3'600'000;
  return range.last_ms && *range.last_ms <= hour_ms ? RateTier::second : RateTier::minute;
}

std::unexpected<Error> not_here(const Query& query, std::string_view what) {
  return fail(Code::unsupported, "this server has no {}, so no source {}", what, query.source());
}

}  // namespace

std::string feed_key(const Query& query, const TimeRange& range) {
  std::string key = query.key();
  if (query.source() == "rate") key += rate_tier(range) == RateTier::second ? "/1s" : "/1m";
  return key;
}

Result<std::unique_ptr<Feed>> make_feed(const Query& query, const TimeRange& range, const FeedParts& parts) {
  const std::string& source = query.source();
  if (source == "status") {
    return std::make_unique<DocumentFeed>([status = parts.status](TimestampMs) { return status(); }, 5000);
  }
  if (source == "topics") return make_topics_feed(parts.meter, query);
  if (source == "messages") return std::make_unique<MessagesFeed>(parts.log, query);
  if (source == "rate") return make_rate_feed(parts.meter, query, rate_tier(range));
  if (source == "series") return make_series_feed(parts.log, query);
  if (source == "entities") return std::make_unique<EntitiesFeed>(parts.log, parts.alarms, query);
  if (source == "jobs") {
    if (!parts.jobs) return not_here(query, "jobs");
    return make_jobs_feed(*parts.jobs, query.text("job").value_or(""));
  }
  if (source == "outbox") {
    if (!parts.outbox) return not_here(query, "outbox");
    return make_outbox_feed(*parts.outbox, query);
  }
  if (!parts.alarms) return not_here(query, "alarms");
  if (source == "alarms") return make_alarms_feed(*parts.alarms, query);
  if (source == "alarm_counts") return make_alarm_counts_feed(*parts.alarms, query);
  return make_alarm_rate_feed(*parts.alarms, query);
}

}  // namespace azud::web
