#include <random>

#include "base/assert.h"
#include "log/disk_log.h"

// What administrators, coordinators and jobs ask of the log: changes that are decided on by the state as it is when
// their turn comes.

namespace azud::log {

namespace {

constexpr int64_t producer_ids_at_once = 1000;
constexpr int32_t partitions_max = 100'000;
constexpr std::string_view own_table = "azud.log";
constexpr std::string_view cluster_id_key = "cluster_id";

TopicId random_id() {
  std::random_device random;
  TopicId id;
  for (auto& byte : id.bytes) byte = static_cast<uint8_t>(random());
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);  // a version 4 UUID
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

/// Kafka's text form of a UUID: base64 with - and _, no padding.
std::string to_text(const TopicId& id) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const uint8_t byte : id.bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 6; count -= 6) text += digits[(bits >> (count - 6)) & 63];
  }
  text += digits[(bits << (6 - count)) & 63];
  return text;
}

}  // namespace

Status DiskLog::make_cluster_id() {
  if (const auto known = core_.state.catalogue.get(own_table, cluster_id_key)) {
    cluster_id_ = *known;
    return {};
  }
  cluster_id_ = to_text(random_id());
  return writer_.write_now({op::Put{own_table, cluster_id_key, cluster_id_}});
}

Status DiskLog::check_partition_room(int64_t more) const {
  const auto now = static_cast<int64_t>(core_.state.topics.partition_count());
  if (now + more <= core_.options.partitions_max) return {};
  return fail(Code::invalid, "all topics together have {} partitions and may have {}: no room for {} more", now,
              core_.options.partitions_max, more);
}

void DiskLog::create_topic(std::string name, int32_t partitions, std::map<std::string, std::string> config, Done done) {
  plan(
      Turn::lets_pass,
      [this, name = std::move(name), partitions, config = std::move(config)]() -> Result<std::vector<Op>> {
        TRY(check_topic_name(name));
        if (core_.state.topics.find(name)) return fail(Code::already_exists, "topic {} exists", name);
        if (partitions < 1 || partitions > partitions_max) {
          return fail(Code::invalid, "a topic has 1 to {} partitions, not {}", partitions_max, partitions);
        }
        TRY(check_partition_room(partitions));
        TRY(TopicConfig::parse(config, core_.options.topic_defaults));
        return std::vector<Op>{
            op::CreateTopic{core_.state.topics.next_number(), random_id(), name, partitions, config}};
      },
      std::move(done));
}

void DiskLog::delete_topic(std::string name, Done done) {
  plan(
      Turn::lets_pass,
      [this, name = std::move(name)]() -> Result<std::vector<Op>> {
        const auto number = core_.state.topics.number_of(name);
        if (!number) return fail(Code::not_found, "there is no topic {}", name);
        return std::vector<Op>{op::DeleteTopic{*number}};
      },
      std::move(done));
}

void DiskLog::add_partitions(std::string name, int32_t total, Done done) {
  plan(
      Turn::lets_pass,
      [this, name = std::move(name), total]() -> Result<std::vector<Op>> {
        const auto number = core_.state.topics.number_of(name);
        if (!number) return fail(Code::not_found, "there is no topic {}", name);
        const auto now = static_cast<int32_t>(core_.state.topics.find(name)->partitions.size());
        if (total <= now || total > partitions_max) {
          return fail(Code::invalid, "topic {} has {} partitions; it can get more, up to {}, but not {}", name, now,
                      partitions_max, total);
        }
        TRY(check_partition_room(total - now));
        return std::vector<Op>{op::AddPartitions{*number, total}};
      },
      std::move(done));
}

void DiskLog::set_topic_config(std::string name, std::map<std::string, std::string> config, Done done) {
  plan(
      Turn::lets_pass,
      [this, name = std::move(name), config = std::move(config)]() -> Result<std::vector<Op>> {
        const auto number = core_.state.topics.number_of(name);
        if (!number) return fail(Code::not_found, "there is no topic {}", name);
        TRY(TopicConfig::parse(config, core_.options.topic_defaults));
        return std::vector<Op>{op::SetTopicConfig{*number, config}};
      },
      std::move(done));
}

void DiskLog::delete_records(PartitionPtr partition, Offset before, Done done) {
  plan(
      Turn::lets_pass,
      [partition = std::move(partition), before]() -> Result<std::vector<Op>> {
        const auto& stored = static_cast<const StoredPartition&>(*partition);
        if (stored.append_view(no_producer).deleted) return fail(Code::not_found, "the topic was deleted");
        if (before > stored.high_watermark() || before < Offset(0)) {
          return fail(Code::invalid, "records before {} cannot be deleted: the partition ends at {}", before,
                      stored.high_watermark());
        }
        if (before <= stored.log_start()) return std::vector<Op>();
        return std::vector<Op>{op::LogStart{stored.topic_number(), stored.id(), before}};
      },
      std::move(done));
}

void DiskLog::next_producer_id(UniqueFunction<void(Result<ProducerId>)> done) {
  plan(
      Turn::in_order,
      [this]() -> Result<std::vector<Op>> {
        if (next_producer_id_ < core_.state.producer_ids_end()) return std::vector<Op>();
        return std::vector<Op>{op::ProducerIds{core_.state.producer_ids_end() + producer_ids_at_once}};
      },
      [this, done = std::move(done)](Status status) mutable {
        if (!status) return done(std::unexpected(status.error()));
        done(ProducerId(next_producer_id_++));
      });
}

void DiskLog::finish_snapshot(const std::string& job, uint64_t generation, SharedBytes whole,
                              UniqueFunction<void(Status)> done) {
  if (auto written = core_.state.jobs.write_snapshot(job, generation, whole.view()); !written) return done(written);
  plan(
      Turn::in_order,
      [this, job, generation]() -> Result<std::vector<Op>> {
        TRY(core_.state.jobs.check_begun(job, generation));
        return std::vector<Op>{op::JobSnapshotDone{job, generation}};
      },
      std::move(done));
}

void DiskLog::drop(const std::string& job, UniqueFunction<void(Status)> done) {
  plan(
      Turn::in_order, [job]() -> Result<std::vector<Op>> { return std::vector<Op>{op::JobDrop{job}}; },
      std::move(done));
}

}  // namespace azud::log
