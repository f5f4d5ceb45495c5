#include "web/feed/messages_feed.h"

#include <algorithm>

#include "web/topic/payload.h"
#include "web/topic/topic_tail.h"

namespace azud::web {

namespace {

constexpr std::size_t payload_bytes_live = 2 << 10;

}  // namespace

MessagesFeed::MessagesFeed(const log::Log& log, const Query& query)
    : log_(log), topic_(*query.text("topic")), limit_(query.limit(50, 200)) {
  if (const int64_t partition = query.integer("partition", -1); partition >= 0) only_partition_ = partition;
}

Status MessagesFeed::advance(TimestampMs, std::string& delta) {
  const log::TopicPtr view = log_.find_topic(topic_);
  if (!view || (exists_ && view->topic->id() != id_)) {
    cursors_.clear();
    exists_ = false;
  }
  if (!view) return {};
  exists_ = true;
  id_ = view->topic->id();
  for (std::size_t i = cursors_.size(); i < view->partitions.size(); ++i) cursors_.push_back({view->partitions[i]});
  if (only_partition_ && *only_partition_ >= static_cast<int64_t>(cursors_.size())) {
    return fail(Code::not_found, "topic {} has no partition {}: it has {}", topic_, *only_partition_, cursors_.size());
  }

  std::vector<Shown> found;
  int64_t skipped = 0;
  for (Cursor& cursor : cursors_) {
    if (!only_partition_ || cursor.partition->id().value() == *only_partition_) TRY(collect(cursor, found, skipped));
  }
  if (found.empty()) return {};
  std::stable_sort(found.begin(), found.end(), [](const Shown& a, const Shown& b) { return a.at < b.at; });
  if (found.size() > limit_) {
    skipped += static_cast<int64_t>(found.size() - limit_);
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit_));
  }
  last_data_ = std::max(last_data_.value_or(timestamp_min), found.back().at);
  delta += "\"append\":[";
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) delta += ',';
    delta += found[i].json;
    records_.push_back(std::move(found[i].json));
    if (records_.size() > limit_) records_.pop_front();
  }
  fmt::format_to(std::back_inserter(delta), "],\"skipped\":{}", skipped);
  return {};
}

Status MessagesFeed::collect(Cursor& cursor, std::vector<Shown>& found, int64_t& skipped) {
  const int64_t end = cursor.partition->high_watermark().value();
  const bool first = cursor.next < 0;
  if (!first && end <= cursor.next) return {};
  const auto take = [&](log::PartitionId partition, const kafka::RecordView& record) {
    found.push_back({record.timestamp, to_text(record_json(partition, record, payload_bytes_live))});
  };
  const std::size_t before = found.size();
  const int64_t limit = static_cast<int64_t>(limit_);
  if (first || end - cursor.next > limit) {
    TRY(visit_last(*cursor.partition, end, limit_, take));
  } else {
    TRY(visit_from(*cursor.partition, cursor.next, limit_, take));
  }
  if (!first) skipped += std::max<int64_t>(0, end - cursor.next - static_cast<int64_t>(found.size() - before));
  cursor.next = end;
  return {};
}

void MessagesFeed::write_snapshot(const SnapshotRequest&, std::string& out) const {
  out += "\"kind\":\"log\",\"records\":[";
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (i > 0) out += ',';
    out += records_[i];
  }
  out += ']';
}

std::string MessagesFeed::waiting_for() const {
  return exists_ ? "" : fmt::format("topic {} does not exist yet", topic_);
}

}  // namespace azud::web
