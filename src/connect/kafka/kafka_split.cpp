#include "connect/kafka/kafka_split.h"

#include "data/number_parse.h"

namespace azud::connect {
namespace {

using log::Offset;
using Mode = KafkaPlace::Mode;

Result<Offset> group_offset(const KafkaOptions& options, const KafkaEnvironment& environment, const std::string& topic,
                            const log::Partition& partition) {
  if (!options.group)
    return fail(Code::invalid, "Property group.id is required when using committed offset for offsets initializer");
  if (environment.offsets != nullptr)
    if (const auto committed = environment.offsets->committed(*options.group, topic, partition.id())) return *committed;
  if (options.offset_reset == "earliest") return partition.log_start();
  if (options.offset_reset == "latest") return partition.high_watermark();
  return std::unexpected(Error(
      Code::not_found, fmt::format("group {} has no offset for partition {}-{}", *options.group, topic, partition.id()),
      "set 'scan.startup.mode', or 'properties.auto.offset.reset' to earliest or latest"));
}

Result<Offset> offset_at(const KafkaPlace& place, const KafkaOptions& options, const KafkaEnvironment& environment,
                         const std::string& topic, const log::Partition& partition) {
  switch (place.mode) {
    case Mode::earliest: return partition.log_start();
    case Mode::latest: return partition.high_watermark();
    case Mode::group_offsets: return group_offset(options, environment, topic, partition);
    case Mode::timestamp: {
      TRY_ASSIGN(const auto found, partition.find_timestamp(place.timestamp_ms));
      return found.offset.value() < 0 ? partition.high_watermark() : found.offset;
    }
    case Mode::specific_offsets: {
      const auto found = place.offsets.find(partition.id().value());
      return found == place.offsets.end() ? partition.log_start() : Offset(found->second);
    }
    case Mode::unbounded: break;
  }
  return partition.high_watermark();
}

}  // namespace

std::string KafkaPosition::to_text() const { return end ? fmt::format("{}:{}", next, *end) : fmt::format("{}", next); }

Result<KafkaPosition> KafkaPosition::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  int64_t next = 0, end = 0;
  bool good = data::parse_integer(text.substr(0, colon), next);
  if (good && colon != std::string_view::npos) good = data::parse_integer(text.substr(colon + 1), end);
  if (!good) return fail(Code::corrupt, "no position of a partition: {}", text);
  KafkaPosition out{.next = Offset(next)};
  if (colon != std::string_view::npos) out.end = Offset(end);
  return out;
}

Result<KafkaPosition> first_position(const KafkaOptions& options, const KafkaEnvironment& environment,
                                     const std::string& topic, const log::Partition& partition) {
  KafkaPosition out;
  TRY_ASSIGN(out.next, offset_at(options.start, options, environment, topic, partition));
  if (options.end.mode != Mode::unbounded) {
    TRY_ASSIGN(out.end, offset_at(options.end, options, environment, topic, partition));
  }
  return out;
}

}  // namespace azud::connect
