#include "kafka/broker/fetch/fetch_reader.h"

#include <algorithm>

#include "kafka/broker/error_map.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

FetchedPartition refused(const FetchTarget& target, ErrorCode code) {
  FetchedPartition fetched;
  fetched.answer.partition_index = target.partition;
  fetched.answer.error_code = code;
  fetched.answer.high_watermark = -1;
  fetched.answer.records.emplace();
  fetched.answer.aborted_transactions.emplace();
  return fetched;
}

std::size_t size_of(const std::vector<SharedBytes>& pieces) {
  std::size_t total = 0;
  for (const SharedBytes& piece : pieces) total += piece.size();
  return total;
}

/// `is_first`: nothing has been read for the answer, so one batch is given whatever its size.
FetchedPartition read_target(const FetchTarget& target, const log::PartitionPtr& partition, std::size_t bytes_max,
                             bool is_first, bool read_committed) {
  if (const ErrorCode code = check_leader_epoch(target.leader_epoch, *partition); code != ErrorCode::none) {
    return refused(target, code);
  }
  FetchedPartition fetched;
  fetched.seen = partition->high_watermark();
  const log::Offset start = partition->log_start();
  const log::Offset from(target.offset);
  if (from < start || from > fetched.seen) return refused(target, ErrorCode::offset_out_of_range);

  fetched.partition = partition;
  fetched.answer.partition_index = target.partition;
  fetched.answer.high_watermark = fetched.seen.value();
  fetched.answer.last_stable_offset = fetched.seen.value();
  fetched.answer.log_start_offset = start.value();
  if (read_committed) fetched.answer.aborted_transactions.emplace();
  Records& records = fetched.answer.records.emplace();
  if (from == fetched.seen || (bytes_max == 0 && !is_first)) return fetched;
  auto pieces = partition->read_pieces(from, std::max<std::size_t>(1, bytes_max));  // at least one batch
  if (!pieces) return refused(target, to_error_code(pieces.error(), Doing::read));
  if (is_first || size_of(*pieces) <= bytes_max) records.pieces = *std::move(pieces);
  return fetched;
}

}  // namespace

Fetched read_targets(const log::Log& log, const std::vector<FetchTarget>& targets, const FetchLimits& limits) {
  Fetched result;
  result.partitions.reserve(targets.size());
  log::TopicPtr topic;
  const FetchTarget* topic_of = nullptr;  // targets of one topic stand together
  for (const FetchTarget& target : targets) {
    if (topic_of == nullptr || topic_of->topic != target.topic || topic_of->topic_id != target.topic_id) {
      topic = limits.by_topic_id ? log.find_topic(to_topic_id(target.topic_id)) : log.find_topic(target.topic);
      topic_of = &target;
    }
    const auto partition = find_partition(topic, target.partition);
    if (partition == nullptr) {
      const bool unknown_id = limits.by_topic_id && topic == nullptr;
      result.partitions.push_back(
          refused(target, unknown_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition));
    } else {
      const std::size_t left = limits.bytes_max - std::min(limits.bytes_max, result.bytes);
      const auto wanted = static_cast<std::size_t>(std::max(target.bytes_max, 0));
      const bool is_first = result.bytes == 0;
      result.partitions.push_back(
          read_target(target, partition, std::min(left, wanted), is_first, limits.read_committed));
    }
    const FetchedPartition& last = result.partitions.back();
    if (last.answer.error_code != ErrorCode::none) result.has_error = true;
    result.bytes += last.answer.records->size();
  }
  return result;
}

}  // namespace azud::kafka
