#include "web/feed/series_feeds.h"

#include <algorithm>
#include <map>

#include "web/feed/series_store.h"
#include "web/topic/row_reader.h"
#include "web/topic/topic_tail.h"

namespace azud::web {

namespace {

constexpr std::size_t read_bytes_per_advance = 2 << 20;
constexpr int64_t day_ms = 86'400'000;

/// Makes a series per topic, or "all".
class RateFeed final : public Feed {
 public:
  RateFeed(const TopicMeter& meter, const Query& query, RateTier tier)
      : meter_(meter),
        topics_(query.list("topics")),
        bytes_(query.text("of") == "bytes"),
        sum_(query.flag("sum")),
        tier_(tier) {
    for (const std::string& topic : topics_) {
      if (!sum_) store_.declare(topic);
    }
    if (sum_) store_.declare("all");
  }

  int64_t interval_ms() const override { return 250; }

  Status advance(TimestampMs, std::string& delta) override {
    std::map<TimestampMs, double> sums;
    TimestampMs seen = seen_;
    for (const std::string& topic : topics_) {
      for (const RatePoint& point : meter_.rates_since(topic, tier_, seen_ + 1)) {
        const double value = bytes_ ? point.bytes : point.records;
        if (value > 0) last_data_ = std::max(last_data_.value_or(timestamp_min), point.at + 1000);
        if (sum_) {
          sums[point.at] += value;
        } else {
          store_.put(topic, point.at, value);
        }
        seen = std::max(seen, point.at);
      }
    }
    for (const auto& [at, value] : sums) store_.put("all", at, value);
    seen_ = seen;
    if (!last_data_) last_data_ = newest_record();
    store_.take_changes(delta);
    return {};
  }

  void write_snapshot(const SnapshotRequest& request, std::string& out) const override {
    store_.write_snapshot(request, tier_ == RateTier::second ? "1s" : "1m", out);
  }
  std::optional<TimestampMs> last_data() const override { return last_data_; }

 private:
  /// From before the meter began.
  std::optional<TimestampMs> newest_record() const {
    std::optional<TimestampMs> newest;
    for (const std::string& topic : topics_) {
      if (const auto facts = meter_.topic(topic)) newest = std::max(newest, facts->last_timestamp);
    }
    return newest;
  }

  const TopicMeter& meter_;
  std::vector<std::string> topics_;
  bool bytes_, sum_;
  RateTier tier_;
  TimestampMs seen_ = timestamp_min;
  std::optional<TimestampMs> last_data_;
  SeriesStore store_{20'000};
};

class TopicSeriesFeed final : public Feed {
 public:
  TopicSeriesFeed(const log::Log& log, const Query& query)
      : topic_(*query.text("topic")),
        tail_(log, topic_),
        rows_(query.text("format") == "csv" ? RowReader::Format::csv : RowReader::Format::json, query.list("columns"),
              wanted(query)),
        name_(query.text("series") ? "" : *query.text("value")),
        fill_(query.number("fill")),
        step_ms_(query.integer("step", 0)) {}

  int64_t interval_ms() const override { return ready_ ? 100 : 0; }
  bool ready() const override { return ready_; }
  std::optional<TimestampMs> last_data() const override { return last_data_; }

  Status advance(TimestampMs now, std::string& delta) override {
    TRY_ASSIGN(ready_,
               tail_.read(
                   read_bytes_per_advance, [this](log::PartitionId, const kafka::RecordView& record) { take(record); },
                   [this] { forget(); }));
    if (ready_ && fill_) fill_gaps(now);
    store_.take_changes(delta);
    return {};
  }

  void write_snapshot(const SnapshotRequest& request, std::string& out) const override {
    store_.write_snapshot(request, "raw", out);
  }

  std::string waiting_for() const override {
    if (!tail_.exists()) return fmt::format("topic {} does not exist yet", topic_);
    if (!ready_) return fmt::format("reading {}: {} of {} records", topic_, tail_.done(), tail_.total());
    return {};
  }

 private:
  static std::vector<std::string> wanted(const Query& query) {
    std::vector<std::string> columns = {*query.text("time"), *query.text("value")};
    if (const auto series = query.text("series")) columns.push_back(*series);
    return columns;
  }

  void forget() {
    store_.clear();
    filled_.clear();
  }

  void take(const kafka::RecordView& record) {
    if (!record.value || !rows_.read(record)) return;
    const std::vector<Cell>& cells = rows_.cells();
    const auto at = cells[0] ? parse_time_cell(*cells[0]) : std::nullopt;
    if (!at) return;
    const std::string_view name = name_.empty() ? cells[2].value_or("") : std::string_view(name_);
    store_.put(name, *at, cells[1] ? parse_number_cell(*cells[1]) : std::nullopt);
    if (fill_ && step_ms_ > 0) {
      filled_.try_emplace(std::string(name), *at);
    }
    last_data_ = std::max(last_data_.value_or(timestamp_min), record.timestamp);
  }

  /// Steps without a record hold the fill value: from each series' first point to the last step that has ended.
  void fill_gaps(TimestampMs now) {
    const TimestampMs end = now / step_ms_ * step_ms_ - 2 * step_ms_;
    for (auto& [name, filled] : filled_) {
      TimestampMs at = std::max(filled, end - day_ms);
      for (; at < end; at += step_ms_) {
        if (!store_.value(name, at)) store_.put(name, at, fill_);
      }
      filled = at;
    }
  }

  std::string topic_;
  TopicTail tail_;
  RowReader rows_;
  std::string name_;  ///< of the only series
  std::optional<double> fill_;
  int64_t step_ms_;
  bool ready_ = false;
  std::optional<TimestampMs> last_data_;
  std::map<std::string, TimestampMs> filled_;  ///< by series: up to where there are no gaps
  SeriesStore store_;
};

class AlarmRateFeed final : public Feed {
 public:
  AlarmRateFeed(const AlarmView& view, const Query& query)
      : view_(view), step_ms_(query.integer("step", 60'000)), cleared_(query.text("what") == "cleared") {}

  int64_t interval_ms() const override { return 500; }

  Status advance(TimestampMs now, std::string& delta) override {
    const TimestampMs step = now / step_ms_;
    const uint64_t version = view_.version();
    if (version == version_ && step == last_step_) return {};
    // A late alarm changes a step of the past hour at most; the first time all of the day is read.
    const int64_t back = version_ == 0 ? day_ms : 60 * step_ms_;
    const TimestampMs from = (now - std::min(back, day_ms)) / step_ms_ * step_ms_;
    for (const AlarmHistogram& one : view_.histogram(from, now + 1, step_ms_, {})) {
      const std::vector<uint32_t>& counts = cleared_ ? one.cleared : one.raised;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        store_.put(one.type, from + static_cast<int64_t>(i) * step_ms_, counts[i]);
      }
    }
    version_ = version;
    last_step_ = step;
    store_.take_changes(delta);
    return {};
  }

  void write_snapshot(const SnapshotRequest& request, std::string& out) const override {
    store_.write_snapshot(request, "raw", out);
  }

 private:
  const AlarmView& view_;
  int64_t step_ms_;
  bool cleared_;
  uint64_t version_ = 0;
  TimestampMs last_step_ = -1;
  SeriesStore store_;
};

}  // namespace

std::unique_ptr<Feed> make_rate_feed(const TopicMeter& meter, const Query& query, RateTier tier) {
  return std::make_unique<RateFeed>(meter, query, tier);
}

std::unique_ptr<Feed> make_series_feed(const log::Log& log, const Query& query) {
  return std::make_unique<TopicSeriesFeed>(log, query);
}

std::unique_ptr<Feed> make_alarm_rate_feed(const AlarmView& view, const Query& query) {
  return std::make_unique<AlarmRateFeed>(view, query);
}

}  // namespace azud::web
