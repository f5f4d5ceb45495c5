#include "web/topic/topic_meter.h"

#include <algorithm>
#include <set>

namespace azud::web {

namespace {

constexpr int64_t minute_ms = 60'000;

void push_ring(std::vector<RatePoint>& ring, std::size_t& next, std::size_t size_max, RatePoint point) {
  if (ring.size() < size_max) {
    ring.push_back(point);
  } else {
    ring[next] = point;
    next = (next + 1) % size_max;
  }
}

/// The newest record's time without reading more than its batch.
std::optional<TimestampMs> newest_timestamp(const log::Partition& partition, int64_t end) {
  if (end <= partition.log_start().value()) return std::nullopt;
  const auto batches = partition.read(log::Offset(end - 1), 1);
  if (!batches || batches->empty()) return std::nullopt;
  return batches->back().max_timestamp;
}

}  // namespace

bool is_internal_topic(std::string_view name) { return name.starts_with("azud.") || name.starts_with("__"); }

void TopicMeter::sample(TimestampMs now) {
  const std::vector<log::TopicPtr> views = log_.topics();
  const MutexLock lock(mutex_);
  const double seconds = last_ == 0 ? 0 : static_cast<double>(std::max<TimestampMs>(1, now - last_)) / 1000.0;
  std::set<std::string_view> seen;
  for (const log::TopicPtr& view : views) {
    auto [at, added] = meters_.try_emplace(view->topic->name());
    Meter& meter = at->second;
    if (!added && meter.id != view->topic->id()) meter = Meter{};
    meter.id = view->topic->id();
    measure(meter, *view, now, added ? 0 : seconds);
    seen.insert(at->first);
  }
  std::erase_if(meters_, [&](const auto& entry) { return !seen.contains(entry.first); });
  last_ = now;
}

void TopicMeter::measure(Meter& meter, const log::TopicView& view, TimestampMs now, double seconds) {
  TopicFacts& facts = meter.facts;
  facts.topic = view.topic;
  facts.internal = is_internal_topic(view.topic->name());
  double records = 0, bytes = 0;
  facts.records = 0;
  facts.bytes = 0;
  for (std::size_t i = 0; i < view.partitions.size(); ++i) {
    const log::Partition& partition = *view.partitions[i];
    if (i == facts.partitions.size()) facts.partitions.push_back({.partition = partition.id().value()});
    PartitionFacts& was = facts.partitions[i];
    PartitionFacts is{.partition = partition.id().value(),
                      .start = partition.log_start().value(),
                      .end = partition.high_watermark().value(),
                      .bytes = partition.size_bytes(),
                      .last_timestamp = was.last_timestamp};
    if (is.end != was.end) is.last_timestamp = newest_timestamp(partition, is.end);
    if (is.last_timestamp > facts.last_timestamp) facts.last_timestamp = is.last_timestamp;
    if (seconds > 0) {
      is.records_per_second = static_cast<double>(is.end - was.end) / seconds;
      records += is.records_per_second;
      // What retention took away meanwhile makes this too small, never negative.
      if (is.bytes > was.bytes) bytes += static_cast<double>(is.bytes - was.bytes) / seconds;
    }
    facts.records += is.end - is.start;
    facts.bytes += is.bytes;
    was = is;
  }
  facts.records_per_second = records;
  facts.bytes_per_second = bytes;
  if (seconds <= 0) return;

  const TimestampMs second = now / 1000 * 1000 - 1000;
  push_ring(meter.seconds, meter.next_second, second_points_max, {second, records, bytes});
  meter.minute_records += records;
  meter.minute_bytes += bytes;
  ++meter.minute_samples;
  if (now / minute_ms != (now - static_cast<TimestampMs>(seconds * 1000)) / minute_ms) {
    const double samples = meter.minute_samples;
    push_ring(meter.minutes, meter.next_minute, minute_points_max,
              {now / minute_ms * minute_ms - minute_ms, meter.minute_records / samples, meter.minute_bytes / samples});
    meter.minute_records = meter.minute_bytes = 0;
    meter.minute_samples = 0;
  }
}

std::vector<TopicFacts> TopicMeter::topics() const {
  const MutexLock lock(mutex_);
  std::vector<TopicFacts> out;
  out.reserve(meters_.size());
  for (const auto& [name, meter] : meters_) out.push_back(meter.facts);
  return out;
}

std::optional<TopicFacts> TopicMeter::topic(std::string_view name) const {
  const MutexLock lock(mutex_);
  const auto found = meters_.find(name);
  return found == meters_.end() ? std::nullopt : std::optional(found->second.facts);
}

std::vector<RatePoint> TopicMeter::rates(std::string_view topic, RateTier tier) const {
  return rates_since(topic, tier, timestamp_min);
}

std::vector<RatePoint> TopicMeter::rates_since(std::string_view topic, RateTier tier, TimestampMs from) const {
  const MutexLock lock(mutex_);
  const auto found = meters_.find(topic);
  if (found == meters_.end()) return {};
  const Meter& meter = found->second;
  const std::vector<RatePoint>& ring = tier == RateTier::second ? meter.seconds : meter.minutes;
  const std::size_t first = tier == RateTier::second ? meter.next_second : meter.next_minute;
  std::vector<RatePoint> out;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const RatePoint& point = ring[(first + i) % ring.size()];
    if (point.at >= from) out.push_back(point);
  }
  return out;
}

uint64_t TopicMeter::total_bytes() const {
  const MutexLock lock(mutex_);
  uint64_t sum = 0;
  for (const auto& [name, meter] : meters_) sum += meter.facts.bytes;
  return sum;
}

}  // namespace azud::web
