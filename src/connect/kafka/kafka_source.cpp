#include "connect/kafka/kafka_source.h"

#include <algorithm>
#include <atomic>
#include <map>

#include <re2/re2.h>

#include "base/logging.h"
#include "connect/dead_letter/dead_letter.h"
#include "connect/kafka/kafka_decoder.h"
#include "connect/kafka/kafka_options.h"
#include "connect/kafka/kafka_origin.h"
#include "connect/kafka/kafka_split.h"
#include "log/merged_reader.h"

namespace azud::connect {
namespace {

using stream::Split;

constexpr int64_t piece_records_max = 1 << 20;
/// New partitions of the embedded log are cheap to find, so they are looked for at least this often.
constexpr int64_t discovery_interval_ms_max = 1000;

/// Calls its function once, however often it is called.
class Waker {
 public:
  explicit Waker(UniqueFunction<void()> wake) : wake_(std::move(wake)) {}
  void call() {
    if (!called_.exchange(true)) wake_();
  }
  bool called() const { return called_; }

 private:
  UniqueFunction<void()> wake_;
  std::atomic<bool> called_{false};
};

class KafkaSource final : public stream::Source {
 public:
  explicit KafkaSource(const KafkaEnvironment& environment)
      : environment_(environment), dead_letters_(*environment.log, *environment.clock) {}

  Status open(std::span<const stream::Connectors::ScanRequest> scans);

  const std::vector<Split>& splits() const override { return splits_; }
  Result<Poll> poll(std::size_t bytes_max) override;
  void notify(UniqueFunction<void()> wake) override;
  std::string position(uint32_t split) const override { return parts_[split].position.to_text(); }
  Result<std::unique_ptr<stream::Decoder>> make_decoder(std::size_t scan) override;
  Status commit_into(std::span<const stream::Rejected> rejected, log::WriteBatch& commit) override;

 private:
  struct Scan {
    std::shared_ptr<const sql::ScanNode> node;
    KafkaOptions options;
    std::map<std::string, std::string> positions;
  };
  /// What is known of splits_[i].
  struct Part {
    std::string topic;
    log::PartitionPtr partition;
    KafkaPosition position;
    bool ended = false;
    log::Offset shown{-1};  ///< the group's offset as last committed
  };

  Result<std::vector<std::string>> topics_of(const Scan& scan) const;
  Status find_partitions(bool first);
  Status add_split(std::size_t scan, const std::string& topic, const log::TopicView& view, std::size_t number);
  void start_reader();
  void arm();
  void take(const log::MergedReader::Item& item, Poll& out);
  void end_splits(Poll& out);

  KafkaEnvironment environment_;
  DeadLetters dead_letters_;
  std::vector<Scan> scans_;
  std::vector<Split> splits_;
  std::vector<Part> parts_;
  std::shared_ptr<KafkaOrigins> origins_ = std::make_shared<KafkaOrigins>();
  std::map<std::pair<std::size_t, std::string>, std::size_t> known_partitions_;  ///< by scan and topic
  std::vector<uint32_t> read_;  ///< the split of each partition that reader_ reads
  std::unique_ptr<log::MergedReader> reader_;
  std::shared_ptr<Waker> waker_;
  log::WaitPtr wait_;  ///< after reader_ and waker_: it goes first
  int64_t discovery_us_ = 0;
  int64_t next_discovery_us_ = 0;
};

Status KafkaSource::open(std::span<const stream::Connectors::ScanRequest> scans) {
  for (const auto& request : scans) {
    const sql::TableDefinition& table = *request.scan->table;
    TRY_ASSIGN(KafkaOptions options, KafkaOptions::parse(table));
    TRY(environment_.check_servers(table.name, options.servers));
    if (options.discovery_interval_ms > 0) {
      const int64_t interval_us = std::min(options.discovery_interval_ms, discovery_interval_ms_max) * 1000;
      discovery_us_ = discovery_us_ == 0 ? interval_us : std::min(discovery_us_, interval_us);
    }
    scans_.push_back({request.scan, std::move(options), request.positions});
  }
  TRY(find_partitions(true));
  start_reader();
  return {};
}

Result<std::vector<std::string>> KafkaSource::topics_of(const Scan& scan) const {
  if (!scan.options.topic_pattern) return scan.options.topics;
  const RE2 pattern(*scan.options.topic_pattern, RE2::Quiet);
  if (!pattern.ok())
    return fail(Code::invalid, "table {}: 'topic-pattern' cannot be read: {}", scan.node->table->name, pattern.error());
  std::vector<std::string> out;
  for (const log::TopicPtr& topic : environment_.log->topics())
    if (RE2::FullMatch(topic->topic->name(), pattern)) out.push_back(topic->topic->name());
  return out;
}

Status KafkaSource::find_partitions(bool first) {
  for (std::size_t scan = 0; scan < scans_.size(); ++scan) {
    TRY_ASSIGN(const std::vector<std::string> topics, topics_of(scans_[scan]));
    for (const std::string& topic : topics) {
      const log::TopicPtr view = environment_.log->find_topic(topic);
      if (!view && first)
        return std::unexpected(Error(
            Code::not_found, fmt::format("table {}: topic {} does not exist", scans_[scan].node->table->name, topic),
            fmt::format("make it: azud topic create {}", topic)));
      std::size_t& known = known_partitions_[{scan, topic}];
      while (view && known < view->partitions.size()) TRY(add_split(scan, topic, *view, known++));
    }
  }
  next_discovery_us_ = environment_.clock->monotonic_us() + discovery_us_;
  return {};
}

Status KafkaSource::add_split(std::size_t scan, const std::string& topic, const log::TopicView& view,
                              std::size_t number) {
  const log::PartitionPtr& partition = view.partitions[number];
  const bool stamped = view.topic->config().timestamp_type == log::TimestampType::log_append_time;
  Split split{.scan = scan, .name = fmt::format("{}-{}", topic, number), .follows_clock = stamped};
  Part part{.topic = topic, .partition = partition};
  const auto& positions = scans_[scan].positions;
  if (const auto stored = positions.find(split.name); stored != positions.end()) {
    TRY_ASSIGN(part.position, KafkaPosition::parse(stored->second));
  } else {
    TRY_ASSIGN(part.position, first_position(scans_[scan].options, environment_, topic, *partition));
  }
  if (part.position.next > partition->high_watermark()) {
    log_warn(
        "table {}: {} ends before the place where reading was to go on, so it is read from its start; was the topic "
        "made anew? {}",
        scans_[scan].node->table->name, split.name, part.position.next);
    part.position.next = partition->log_start();
  }
  origins_->add({.topic = std::make_shared<const std::string>(topic), .partition = partition->id().value()});
  splits_.push_back(std::move(split));
  parts_.push_back(std::move(part));
  return {};
}

void KafkaSource::start_reader() {
  wait_.reset();
  std::vector<log::MergedReader::Start> starts;
  read_.clear();
  for (uint32_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].ended) continue;
    starts.push_back({parts_[i].partition, parts_[i].position.next});
    read_.push_back(i);
  }
  reader_ = std::make_unique<log::MergedReader>(*environment_.log, std::move(starts));
  arm();
}

void KafkaSource::arm() {
  if (waker_ && !waker_->called()) wait_ = reader_->wait([waker = waker_] { waker->call(); });
}

void KafkaSource::notify(UniqueFunction<void()> wake) {
  wait_.reset();
  waker_ = std::make_shared<Waker>(std::move(wake));
  arm();
}

Result<stream::Source::Poll> KafkaSource::poll(std::size_t bytes_max) {
  if (discovery_us_ > 0 && environment_.clock->monotonic_us() >= next_discovery_us_) {
    const std::size_t before = splits_.size();
    TRY(find_partitions(false));
    if (splits_.size() != before) start_reader();
  }
  Poll out;
  end_splits(out);
  // Compaction may have left nothing right before an end: what is visible now and ends a scan is all of it.
  std::vector<uint32_t> reachable;
  for (const uint32_t split : read_) {
    const Part& part = parts_[split];
    if (part.position.end && part.partition->high_watermark() >= *part.position.end) reachable.push_back(split);
  }
  TRY_ASSIGN(const log::MergedReader::Poll read, reader_->poll(bytes_max));
  out.pieces.reserve(read.items.size());
  for (const log::MergedReader::Item& item : read.items) take(item, out);
  out.at_end = read.at_end;
  out.clock = read.clock;
  if (out.at_end)
    for (const uint32_t split : reachable) parts_[split].position.next = *parts_[split].position.end;
  end_splits(out);
  if (out.at_end && discovery_us_ > 0) out.again_after_us = discovery_us_;
  return out;
}

/// Reports the splits that are read to their end, and reads them no more.
void KafkaSource::end_splits(Poll& out) {
  const std::size_t before = out.ended.size();
  for (uint32_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].ended || !parts_[i].position.is_done()) continue;
    parts_[i].ended = true;
    out.ended.push_back(i);
  }
  if (out.ended.size() != before) start_reader();
}

void KafkaSource::take(const log::MergedReader::Item& item, Poll& out) {
  const uint32_t split = read_[item.partition];
  KafkaPosition& position = parts_[split].position;
  log::Offset first = std::max(position.next, item.batch.base);
  const log::Offset after = item.batch.last + 1;
  const log::Offset end = position.end ? std::min(after, *position.end) : after;
  while (first < end) {
    const log::Offset until = std::min(end, first + piece_records_max);
    out.pieces.push_back({.split = split, .first = first.value(), .end = until.value(), .bytes = item.batch.bytes});
    first = until;
  }
  position.next = position.end ? std::min(after, std::max(position.next, *position.end)) : after;
}

Result<std::unique_ptr<stream::Decoder>> KafkaSource::make_decoder(std::size_t scan) {
  return make_kafka_decoder(scans_[scan].options, *scans_[scan].node, origins_);
}

Status KafkaSource::commit_into(std::span<const stream::Rejected> rejected, log::WriteBatch& commit) {
  std::map<std::string, std::vector<DeadLetter>> letters;
  for (const stream::Rejected& each : rejected) {
    const Part& part = parts_[each.split];
    letters[part.topic].push_back({.source = scans_[splits_[each.split].scan].node->table->name,
                                   .topic = part.topic,
                                   .partition = part.partition->id().value(),
                                   .offset = each.position,
                                   .timestamp = each.timestamp,
                                   .key = each.key,
                                   .value = each.value,
                                   .reason = each.reason});
  }
  for (const auto& [topic, some] : letters) TRY(dead_letters_.add_to(commit, topic, some));
  if (environment_.offsets == nullptr) return {};
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    const KafkaOptions& options = scans_[splits_[i].scan].options;
    if (!options.group || part.shown == part.position.next) continue;
    environment_.offsets->put(commit, *options.group, part.topic, part.partition->id(), part.position.next);
    part.shown = part.position.next;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<stream::Source>> open_kafka_source(const KafkaEnvironment& environment,
                                                          std::span<const stream::Connectors::ScanRequest> scans) {
  auto source = std::make_unique<KafkaSource>(environment);
  TRY(source->open(scans));
  return source;
}

}  // namespace azud::connect
