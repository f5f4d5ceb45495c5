#include "kafka/client/consumer.h"

#include <map>

#include <librdkafka/rdkafka.h>

#include "kafka/client/handle.h"

namespace azud::kafka {
namespace {

struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using Message = std::unique_ptr<rd_kafka_message_t, MessageDeleter>;
struct PartitionsDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, PartitionsDeleter>;

IncomingMessage view_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type;
  return {.topic = rd_kafka_topic_name(message.rkt),
          .partition = message.partition,
          .offset = message.offset,
          .timestamp_ms = rd_kafka_message_timestamp(&message, &type),
          .has_key = message.key != nullptr,
          .has_value = message.payload != nullptr,
          .key = {static_cast<const char*>(message.key), message.key_len},
          .value = {static_cast<const char*>(message.payload), message.len}};
}

/// Joins the group, or takes all partitions at the offsets that `settings.start` means. `ends` gets what is still to be
/// read of each partition when the reader stops at the end.
Status assign(rd_kafka_t* handle, const ConsumerSettings& settings, std::map<int32_t, int64_t>& ends) {
  TRY_ASSIGN(const std::unique_ptr<Admin> admin, Admin::open(settings.bootstrap_servers));
  TRY_ASSIGN(const std::vector<GroupOffset> starts, admin->resolve(settings.topic, settings.start));
  if (settings.to_end) {
    TRY_ASSIGN(const std::vector<PartitionOffsets> offsets, admin->offsets(settings.topic));
    for (const PartitionOffsets& at : offsets)
      if (at.end > starts[static_cast<std::size_t>(at.partition)].offset && at.end > at.start)
        ends[at.partition] = at.end;
  }
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(starts.size())));
  for (const GroupOffset& at : starts) {
    auto* added = rd_kafka_topic_partition_list_add(list.get(), settings.topic.c_str(),
                                                    settings.group.empty() ? at.partition : RD_KAFKA_PARTITION_UA);
    if (settings.group.empty()) added->offset = at.offset;
    if (!settings.group.empty()) break;
  }
  const rd_kafka_resp_err_t error =
      settings.group.empty() ? rd_kafka_assign(handle, list.get()) : rd_kafka_subscribe(handle, list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fail(Code::io, "topic {}: {}", settings.topic, rd_kafka_err2str(error));
  return {};
}

}  // namespace

Status consume(const ConsumerSettings& settings, const UniqueFunction<bool(const IncomingMessage&) const>& take,
               const UniqueFunction<bool() const>& stopped) {
  TRY_ASSIGN(const Handle handle,
             open_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", settings.bootstrap_servers},
                                             {"client.id", "azud"},
                                             {"group.id", settings.group.empty() ? "azud-reader" : settings.group},
                                             {"enable.auto.commit", settings.group.empty() ? "false" : "true"},
                                             {"auto.offset.reset", "earliest"},
                                             {"fetch.wait.max.ms", "100"},
                                             {"log_level", "0"}}));
  rd_kafka_poll_set_consumer(handle.get());
  std::map<int32_t, int64_t> ends;
  TRY(assign(handle.get(), settings, ends));
  Status outcome;
  for (int64_t count = 0; count != settings.records_max && !stopped() && (!settings.to_end || !ends.empty());) {
    const Message message(rd_kafka_consumer_poll(handle.get(), 100));
    if (!message) continue;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message->err == RD_KAFKA_RESP_ERR__TRANSPORT || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) continue;
      outcome = fail(Code::io, "topic {}: {}", settings.topic, rd_kafka_message_errstr(message.get()));
      break;
    }
    ++count;
    const IncomingMessage view = view_of(*message);
    if (!take(view)) break;
    if (const auto end = ends.find(view.partition); end != ends.end() && view.offset + 1 >= end->second)
      ends.erase(end);
  }
  rd_kafka_consumer_close(handle.get());
  return outcome;
}

}  // namespace azud::kafka
