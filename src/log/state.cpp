#include "log/state.h"

#include <algorithm>

#include "kafka/wire/record_batch.h"

namespace azud::log {

State::State(io::FileSystem& files, const std::filesystem::path& directory, TopicConfig topic_defaults,
             std::shared_ptr<PartitionStorage> storage)
    : topics(std::move(storage)), jobs(files, directory / "jobs"), topic_defaults_(topic_defaults) {}

Status State::apply_append(const Entry& entry, const op::Append& op, Touched& touched) {
  auto partition = topics.partition(op.topic, op.partition);
  if (partition == nullptr) {
    if (op.topic < topics.next_number()) return {};  // deleted later: a checkpoint knew
    return fail(Code::corrupt, "entry {} appends to topic number {}, which was never made", entry.sequence, op.topic);
  }
  TRY_ASSIGN(const auto view, kafka::BatchView::parse(op.batch));
  StoredBatch batch;
  batch.bytes = entry.ops.slice(static_cast<std::size_t>(op.batch.data() - entry.ops.data()), op.batch.size());
  batch.sequence = entry.sequence;
  batch.base = Offset(view.base_offset());
  batch.last = Offset(view.last_offset());
  batch.max_timestamp = view.max_timestamp();
  ProducerStamp producer;
  if (view.has_producer()) {
    producer = {ProducerId(view.producer_id()), view.producer_epoch(), view.base_sequence(),
                advance_sequence(view.base_sequence(), view.last_offset_delta())};
  }
  TRY(partition->apply_append(std::move(batch), producer, entry.time_ms));
  touched.push_back(std::move(partition));
  return {};
}

Result<JobFiles::Captured> State::capture_jobs() {
  JobFiles::Captured captured;
  TRY(jobs.flush());
  TRY(jobs.sync([&] {
    const MutexLock lock(entry_mutex_);
    captured = jobs.capture(applied_);
  }));
  return captured;
}

void State::restore(Sequence applied, LeaderEpoch epoch, int64_t producer_ids_end) {
  const MutexLock lock(entry_mutex_);
  applied_ = applied;
  epoch_ = epoch;
  producer_ids_end_ = producer_ids_end;
}

Status State::apply(const Entry& entry, Touched& touched) {
  const MutexLock lock(entry_mutex_);
  TRY(apply_ops(entry, touched));
  applied_ = entry.sequence;
  return {};
}

Status State::apply_ops(const Entry& entry, Touched& touched) {
  OpReader reader(entry);
  Op op;
  const auto slice = [&](ByteView view) {
    return entry.ops.slice(static_cast<std::size_t>(view.data() - entry.ops.data()), view.size());
  };
  const auto one = [&]<class T>(const T& o) -> Status {
    if constexpr (std::is_same_v<T, op::Append>) return apply_append(entry, o, touched);
    if constexpr (std::is_same_v<T, op::CreateTopic>) return topics.apply(o, topic_defaults_, epoch_);
    if constexpr (std::is_same_v<T, op::DeleteTopic>) topics.apply(o, touched);
    if constexpr (std::is_same_v<T, op::AddPartitions>) topics.apply(o, epoch_);
    if constexpr (std::is_same_v<T, op::SetTopicConfig>) return topics.apply(o, topic_defaults_);
    if constexpr (std::is_same_v<T, op::LogStart>) {
      if (const auto partition = topics.partition(o.topic, o.partition)) partition->apply_log_start(o.start);
    }
    if constexpr (std::is_same_v<T, op::Put>) catalogue.put(o.table, o.key, o.value);
    if constexpr (std::is_same_v<T, op::Erase>) catalogue.erase(o.table, o.key);
    if constexpr (std::is_same_v<T, op::ProducerIds>) producer_ids_end_ = std::max(producer_ids_end_.load(), o.end);
    if constexpr (std::is_same_v<T, op::JobDelta>) jobs.apply(o, entry.sequence, slice(o.delta));
    if constexpr (std::is_same_v<T, op::JobSnapshotBegin>) jobs.apply(o, entry.sequence);
    if constexpr (std::is_same_v<T, op::JobSnapshotDone>) jobs.apply(o, entry.sequence);
    if constexpr (std::is_same_v<T, op::JobDrop>) jobs.apply(o, entry.sequence);
    if constexpr (std::is_same_v<T, op::RaiseEpoch>) {
      epoch_ = std::max(epoch_, o.epoch);
      for (const auto& partition : topics.partitions()) partition->apply_epoch(o.epoch);
    }
    return {};
  };
  while (true) {
    TRY_ASSIGN(const bool more, reader.next(op));
    if (!more) return {};
    TRY(std::visit(one, op));
  }
}

}  // namespace azud::log
