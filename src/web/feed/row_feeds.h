#pragma once

#include <memory>
#include <vector>

#include "web/feed/feed.h"
#include "web/json.h"
#include "web/query/query.h"
#include "web/topic/topic_meter.h"
#include "web/view/alarm_view.h"
#include "web/view/outbox_view.h"

namespace azud::web {

/// The fields of an alarm in the order of docs/web-api.md, 2.6.
Json alarm_json(const AlarmEntry& alarm);
Json mail_json(const MailEntry& mail);
Json topic_json(const TopicFacts& facts);

/// `invalid` for a state or severity that does not exist.
Result<AlarmFilter> alarm_filter(const std::vector<std::string>& states, const std::vector<std::string>& types,
                                 const std::vector<std::string>& severities, const std::vector<std::string>& zones,
                                 std::string originator);

std::unique_ptr<Feed> make_topics_feed(const TopicMeter& meter, const Query& query);
Result<std::unique_ptr<Feed>> make_alarms_feed(const AlarmView& view, const Query& query);
std::unique_ptr<Feed> make_alarm_counts_feed(const AlarmView& view, const Query& query);
std::unique_ptr<Feed> make_outbox_feed(const OutboxView& view, const Query& query);

}  // namespace azud::web
