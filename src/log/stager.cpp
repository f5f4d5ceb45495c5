#include "log/stager.h"

#include <set>

#include "base/assert.h"
#include "kafka/wire/record_batch.h"

namespace azud::log {

namespace {

constexpr std::size_t append_overhead_bytes = 1 + 4 + 4 + 4;

std::size_t op_bytes(const WriteBatch::Op& op) {
  return std::visit(
      []<class T>(const T& o) -> std::size_t {
        if constexpr (std::is_same_v<T, WriteBatch::Append>) return append_overhead_bytes + o.batch.size();
        if constexpr (std::is_same_v<T, WriteBatch::Put>) return 13 + o.table.size() + o.key.size() + o.value.size();
        if constexpr (std::is_same_v<T, WriteBatch::Erase>) return 9 + o.table.size() + o.key.size();
        if constexpr (std::is_same_v<T, WriteBatch::JobDelta>) return 9 + o.job.size() + o.delta.size();
        if constexpr (std::is_same_v<T, WriteBatch::JobSnapshotBegin>) return 13 + o.job.size();
      },
      op);
}

}  // namespace

std::size_t Stager::bytes_bound(const Item& item) {
  std::size_t bytes = entry_header_bytes;
  if (const auto* append = std::get_if<AppendItem>(&item)) bytes += append_overhead_bytes + append->batch.size();
  if (const auto* commit = std::get_if<CommitItem>(&item)) {
    for (const auto& op : commit->batch.ops()) bytes += op_bytes(op);
  }
  return bytes;
}

void Stager::begin(const JournalPosition& at, TimestampMs stamp, std::size_t bytes) {
  buffer_ = std::make_shared_for_overwrite<char[]>(bytes);
  capacity_ = bytes;
  used_ = 0;
  next_ = at.next;
  chain_ = at.chain;
  stamp_ = stamp;
  appended_batches_ = 0;
}

char* Stager::begin_entry() {
  entry_ = used_;
  used_ += entry_header_bytes;
  return buffer_.get() + used_;
}

void Stager::end_entry(uint32_t op_count) {
  AZUD_ASSERT(used_ <= capacity_, "the room of a group is measured before");
  chain_ = seal_entry(buffer_.get() + entry_, used_ - entry_, next_, stamp_, op_count, chain_);
  ++next_;
}

void Stager::add(Item& item) {
  if (auto* append = std::get_if<AppendItem>(&item)) append->result = add_append(*append);
  if (auto* commit = std::get_if<CommitItem>(&item)) commit->result = add_commit(*commit);
}

void Stager::add(const std::vector<Op>& ops) {
  char* to = begin_entry();
  for (const Op& op : ops) to = encode(op, to);
  used_ = static_cast<std::size_t>(to - buffer_.get());
  end_entry(static_cast<uint32_t>(ops.size()));
}

/// Looks at what only the order of the journal can tell.
Result<Stager::Checked> Stager::check(const PartitionPtr& partition, const SharedBytes& batch) {
  TRY_ASSIGN(const auto view, kafka::BatchView::parse(batch.view()));
  if (view.size() != batch.size()) {
    return fail(Code::invalid, "an append takes one batch, and nothing behind it: {} bytes of {}", view.size(),
                batch.size());
  }
  if (view.last_offset_delta() < 0 ||
      (view.has_producer() && (view.base_sequence() < 0 || view.producer_epoch() < 0))) {
    return fail(Code::invalid, "a batch has an impossible header: last offset {}, producer epoch {}, sequence {}",
                view.last_offset_delta(), view.producer_epoch(), view.base_sequence());
  }
  Checked checked;
  checked.partition = static_cast<StoredPartition*>(partition.get());
  const ProducerId producer = view.has_producer() ? ProducerId(view.producer_id()) : no_producer;
  checked.view = checked.partition->append_view(producer);
  if (checked.view.deleted) {
    return fail(Code::not_found, "topic {} was deleted", checked.partition->topic()->name());
  }
  checked.appended.log_start = checked.view.log_start;
  if (producer == no_producer) return checked;
  checked.producer = {producer, view.producer_epoch(), view.base_sequence(),
                      advance_sequence(view.base_sequence(), view.last_offset_delta())};
  const ProducerEntry* known = checked.view.producer ? &*checked.view.producer : nullptr;
  if (const auto staged = producers_.find({checked.partition, producer}); staged != producers_.end()) {
    known = &staged->second;
  }
  ProducerEntry::Batch original;
  TRY_ASSIGN(const auto verdict, check_producer(known, checked.producer, original));
  if (verdict == ProducerVerdict::repeat) {
    checked.repeat = true;
    checked.appended.base = original.base;
    checked.appended.log_append_time = original.log_append_time;
  }
  return checked;
}

/// Copies the batch behind what is written, with its place and time.
void Stager::write_append(Checked& checked, ByteView batch) {
  StoredPartition& partition = *checked.partition;
  char* const end = encode(op::Append{partition.topic_number(), partition.id(), batch}, buffer_.get() + used_);
  char* const copy = end - batch.size();
  used_ = static_cast<std::size_t>(end - buffer_.get());

  const Offset base = partition.staged_end();
  kafka::patch_base_offset(copy, base.value());
  kafka::patch_leader_epoch(copy, checked.view.epoch.value());
  if (checked.view.log_append_time) {
    kafka::patch_log_append_time(copy, batch.size(), stamp_);
    checked.appended.log_append_time = stamp_;
  }
  checked.appended.base = base;
  const auto written = kafka::BatchView::parse(ByteView(copy, batch.size()));
  const Offset last(written->last_offset());
  if (touched_.empty() || touched_.back() != &partition) touched_.push_back(&partition);
  partition.stage_end(last + 1);
  ++appended_batches_;

  if (checked.producer.id != no_producer) {
    const auto [at, made] = producers_.try_emplace({&partition, checked.producer.id});
    if (made && checked.view.producer) at->second = *checked.view.producer;
    at->second.add(
        checked.producer.epoch,
        {checked.producer.first_sequence, checked.producer.last_sequence, base, last, checked.appended.log_append_time},
        stamp_);
  }
}

Result<Appended> Stager::add_append(AppendItem& item) {
  TRY_ASSIGN(auto checked, check(item.partition, item.batch));
  if (checked.repeat) return checked.appended;
  begin_entry();
  write_append(checked, item.batch.view());
  end_entry(1);
  return checked.appended;
}

Result<std::vector<Appended>> Stager::add_commit(CommitItem& item) {
  if (item.batch.empty()) return std::vector<Appended>();
  std::vector<Checked> appends;
  std::set<std::pair<const StoredPartition*, ProducerId>> producers;
  for (const auto& op : item.batch.ops()) {
    const auto* append = std::get_if<WriteBatch::Append>(&op);
    if (append == nullptr) continue;
    TRY_ASSIGN(auto checked, check(append->partition, append->batch));
    if (checked.repeat) return fail(Code::invalid, "a repeated batch cannot be part of a larger commit");
    if (checked.producer.id != no_producer && !producers.emplace(checked.partition, checked.producer.id).second) {
      return fail(Code::unsupported, "one commit takes one batch of a producer for a partition");
    }
    appends.push_back(std::move(checked));
  }

  begin_entry();
  auto append = appends.begin();
  // A snapshot is of the state after its entry, so its begin stands last.
  for (const bool begins : {false, true}) {
    for (const auto& op : item.batch.ops()) {
      if (std::holds_alternative<WriteBatch::JobSnapshotBegin>(op) != begins) continue;
      if (const auto* a = std::get_if<WriteBatch::Append>(&op)) {
        write_append(*append++, a->batch.view());
        continue;
      }
      const Op encoded = std::visit(
          []<class T>(const T& o) -> Op {
            if constexpr (std::is_same_v<T, WriteBatch::Put>) return op::Put{o.table, o.key, o.value};
            if constexpr (std::is_same_v<T, WriteBatch::Erase>) return op::Erase{o.table, o.key};
            if constexpr (std::is_same_v<T, WriteBatch::JobDelta>) return op::JobDelta{o.job, o.delta.view()};
            if constexpr (std::is_same_v<T, WriteBatch::JobSnapshotBegin>) {
              return op::JobSnapshotBegin{o.job, o.generation};
            }
            return op::Append{};
          },
          op);
      used_ = static_cast<std::size_t>(encode(encoded, buffer_.get() + used_) - buffer_.get());
    }
  }
  end_entry(static_cast<uint32_t>(item.batch.ops().size()));
  std::vector<Appended> appended;
  appended.reserve(appends.size());
  for (const Checked& checked : appends) appended.push_back(checked.appended);
  return appended;
}

void Stager::undo() {
  for (StoredPartition* partition : touched_) partition->unstage();
  clear();
}

void Stager::clear() {
  touched_.clear();
  producers_.clear();
  buffer_.reset();
  used_ = capacity_ = 0;
}

}  // namespace azud::log
