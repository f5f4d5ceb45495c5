#include "kafka/client/admin.h"

#include <functional>

#include <librdkafka/rdkafka.h>

#include "kafka/client/handle.h"

namespace azud::kafka {
namespace {

Status check(rd_kafka_resp_err_t error, std::string_view what, const char* detail = nullptr) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  Code code = Code::io;
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
      error == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
    code = Code::not_found;
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) code = Code::already_exists;
  if (error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TRANSPORT) code = Code::unavailable;
  return fail(code, "{}: {}", what, detail != nullptr ? detail : rd_kafka_err2str(error));
}

template <auto Destroy>
struct Deleter {
  template <class T>
  void operator()(T* held) const {
    Destroy(held);
  }
};
template <class T, auto Destroy>
using Held = std::unique_ptr<T, Deleter<Destroy>>;

using Event = Held<rd_kafka_event_t, rd_kafka_event_destroy>;
using Queue = Held<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Options = Held<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using Partitions = Held<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using NewTopic = Held<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using ConfigResource = Held<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;

class LibrdkafkaAdmin final : public Admin {
 public:
  LibrdkafkaAdmin(Handle handle, int timeout_ms) : handle_(std::move(handle)), timeout_ms_(timeout_ms) {}

  Result<std::vector<TopicListing>> topics() override;
  Result<std::vector<PartitionOffsets>> offsets(const std::string& topic) override;
  Result<std::vector<TopicSetting>> topic_settings(const std::string& topic) override;
  Status create_topic(const std::string& name, int32_t partitions,
                      const std::vector<std::pair<std::string, std::string>>& settings) override;
  Status delete_topic(const std::string& name) override;
  Status add_partitions(const std::string& name, int32_t total) override;
  Status alter_topic(const std::string& name,
                     const std::map<std::string, std::optional<std::string>>& changes) override;
  Result<std::vector<GroupListing>> groups() override;
  Result<std::pair<GroupListing, std::vector<GroupMember>>> group(const std::string& name) override;
  Result<std::vector<GroupOffset>> group_offsets(const std::string& name) override;
  Status delete_group(const std::string& name) override;
  Status set_group_offsets(const std::string& name, const std::vector<GroupOffset>& offsets) override;
  Result<std::vector<GroupOffset>> resolve(const std::string& topic, const OffsetTarget& target) override;

 private:
  /// Runs one admin request and waits for its result event.
  Result<Event> request(rd_kafka_admin_op_t op, std::string_view what,
                        const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send);
  Status check_topics(const rd_kafka_topic_result_t** results, std::size_t count, std::string_view what);
  /// `topic` null = all. Names that do not exist are not_found.
  Result<std::vector<TopicListing>> metadata(const std::string* topic);

  Handle handle_;
  int timeout_ms_;
};

Result<Event> LibrdkafkaAdmin::request(
    rd_kafka_admin_op_t op, std::string_view what,
    const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send) {
  const Options options(rd_kafka_AdminOptions_new(handle_.get(), op));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms_, nullptr, 0);
  const Queue queue(rd_kafka_queue_new(handle_.get()));
  send(options.get(), queue.get());
  Event event(rd_kafka_queue_poll(queue.get(), timeout_ms_ + 1000));
  if (!event) return fail(Code::unavailable, "{}: no answer within {} ms", what, timeout_ms_);
  TRY(check(rd_kafka_event_error(event.get()), what, rd_kafka_event_error_string(event.get())));
  return event;
}

Result<std::vector<TopicListing>> LibrdkafkaAdmin::metadata(const std::string* topic) {
  rd_kafka_topic_t* handle = topic != nullptr ? rd_kafka_topic_new(handle_.get(), topic->c_str(), nullptr) : nullptr;
  const Held<rd_kafka_topic_t, rd_kafka_topic_destroy> only(handle);
  const rd_kafka_metadata_t* raw = nullptr;
  TRY(check(rd_kafka_metadata(handle_.get(), topic == nullptr, handle, &raw, timeout_ms_), "metadata"));
  const Held<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> held(raw);
  std::vector<TopicListing> found;
  for (int i = 0; i < raw->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& entry = raw->topics[i];
    TRY(check(entry.err, fmt::format("topic {}", entry.topic)));
    found.push_back({entry.topic, entry.partition_cnt});
  }
  return found;
}

Result<std::vector<TopicListing>> LibrdkafkaAdmin::topics() { return metadata(nullptr); }

Result<std::vector<PartitionOffsets>> LibrdkafkaAdmin::offsets(const std::string& topic) {
  TRY_ASSIGN(const auto listing, metadata(&topic));
  std::vector<PartitionOffsets> found;
  for (int32_t p = 0; p < listing.front().partitions; ++p) {
    PartitionOffsets at{topic, p};
    TRY(check(rd_kafka_query_watermark_offsets(handle_.get(), topic.c_str(), p, &at.start, &at.end, timeout_ms_),
              fmt::format("offsets of {}-{}", topic, p)));
    found.push_back(at);
  }
  return found;
}

Result<std::vector<TopicSetting>> LibrdkafkaAdmin::topic_settings(const std::string& topic) {
  const ConfigResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  const std::string what = fmt::format("configuration of topic {}", topic);
  TRY_ASSIGN(const Event event, request(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, what, [&](auto* options, auto* queue) {
               rd_kafka_DescribeConfigs(handle_.get(), resources, 1, options, queue);
             }));
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** results =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  std::vector<TopicSetting> settings;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(check(rd_kafka_ConfigResource_error(results[i]), what, rd_kafka_ConfigResource_error_string(results[i])));
    std::size_t entries_count = 0;
    const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(results[i], &entries_count);
    for (std::size_t e = 0; e < entries_count; ++e) {
      const char* value = rd_kafka_ConfigEntry_value(entries[e]);
      settings.push_back({rd_kafka_ConfigEntry_name(entries[e]), value != nullptr ? value : "",
                          rd_kafka_ConfigEntry_source(entries[e]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
    }
  }
  return settings;
}

Status LibrdkafkaAdmin::check_topics(const rd_kafka_topic_result_t** results, std::size_t count,
                                     std::string_view what) {
  for (std::size_t i = 0; i < count; ++i)
    TRY(check(rd_kafka_topic_result_error(results[i]), what, rd_kafka_topic_result_error_string(results[i])));
  return {};
}

Status LibrdkafkaAdmin::create_topic(const std::string& name, int32_t partitions,
                                     const std::vector<std::pair<std::string, std::string>>& settings) {
  char reason[256];
  const NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), partitions, -1, reason, sizeof reason));
  if (!topic) return fail(Code::invalid, "topic {}: {}", name, reason);
  for (const auto& [key, value] : settings) rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
  rd_kafka_NewTopic_t* topics[] = {topic.get()};
  const std::string what = fmt::format("topic {}", name);
  TRY_ASSIGN(const Event event, request(RD_KAFKA_ADMIN_OP_CREATETOPICS, what, [&](auto* options, auto* queue) {
               rd_kafka_CreateTopics(handle_.get(), topics, 1, options, queue);
             }));
  std::size_t count = 0;
  return check_topics(rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count),
                      count, what);
}

Status LibrdkafkaAdmin::delete_topic(const std::string& name) {
  const Held<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy> topic(rd_kafka_DeleteTopic_new(name.c_str()));
  rd_kafka_DeleteTopic_t* topics[] = {topic.get()};
  const std::string what = fmt::format("topic {}", name);
  TRY_ASSIGN(const Event event, request(RD_KAFKA_ADMIN_OP_DELETETOPICS, what, [&](auto* options, auto* queue) {
               rd_kafka_DeleteTopics(handle_.get(), topics, 1, options, queue);
             }));
  std::size_t count = 0;
  return check_topics(rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count),
                      count, what);
}

Status LibrdkafkaAdmin::add_partitions(const std::string& name, int32_t total) {
  char reason[256];
  const Held<rd_kafka_NewPartitions_t, rd_kafka_NewPartitions_destroy> change(
      rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(total), reason, sizeof reason));
  if (!change) return fail(Code::invalid, "topic {}: {}", name, reason);
  rd_kafka_NewPartitions_t* changes[] = {change.get()};
  const std::string what = fmt::format("topic {}", name);
  TRY_ASSIGN(const Event event, request(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, what, [&](auto* options, auto* queue) {
               rd_kafka_CreatePartitions(handle_.get(), changes, 1, options, queue);
             }));
  std::size_t count = 0;
  return check_topics(
      rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event.get()), &count), count,
      what);
}

Status LibrdkafkaAdmin::alter_topic(const std::string& name,
                                    const std::map<std::string, std::optional<std::string>>& changes) {
  // librdkafka 2.0 has only the request that replaces the whole set, so what is set already goes with it.
  TRY_ASSIGN(const std::vector<TopicSetting> current, topic_settings(name));
  std::map<std::string, std::string> wanted;
  for (const TopicSetting& setting : current)
    if (!setting.is_default) wanted[setting.name] = setting.value;
  for (const auto& [key, value] : changes) {
    if (value)
      wanted[key] = *value;
    else
      wanted.erase(key);
  }
  const ConfigResource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  for (const auto& [key, value] : wanted)
    rd_kafka_ConfigResource_set_config(resource.get(), key.c_str(), value.c_str());
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  const std::string what = fmt::format("configuration of topic {}", name);
  TRY_ASSIGN(const Event event, request(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, what, [&](auto* options, auto* queue) {
               rd_kafka_AlterConfigs(handle_.get(), resources, 1, options, queue);
             }));
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** results =
      rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i)
    TRY(check(rd_kafka_ConfigResource_error(results[i]), what, rd_kafka_ConfigResource_error_string(results[i])));
  return {};
}

Result<std::vector<GroupListing>> LibrdkafkaAdmin::groups() {
  TRY_ASSIGN(const Event event,
             request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, "groups",
                     [&](auto* options, auto* queue) { rd_kafka_ListConsumerGroups(handle_.get(), options, queue); }));
  std::size_t count = 0;
  const rd_kafka_ConsumerGroupListing_t** found =
      rd_kafka_ListConsumerGroups_result_valid(rd_kafka_event_ListConsumerGroups_result(event.get()), &count);
  std::vector<GroupListing> listing;
  for (std::size_t i = 0; i < count; ++i)
    listing.push_back({rd_kafka_ConsumerGroupListing_group_id(found[i]),
                       rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(found[i]))});
  return listing;
}

Result<std::pair<GroupListing, std::vector<GroupMember>>> LibrdkafkaAdmin::group(const std::string& name) {
  const char* names[] = {name.c_str()};
  const std::string what = fmt::format("group {}", name);
  TRY_ASSIGN(const Event event,
             request(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, what, [&](auto* options, auto* queue) {
               rd_kafka_DescribeConsumerGroups(handle_.get(), names, 1, options, queue);
             }));
  std::size_t count = 0;
  const rd_kafka_ConsumerGroupDescription_t** found =
      rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  if (count == 0) return fail(Code::not_found, "{}: there is no such group", what);
  if (const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(found[0]))
    TRY(check(rd_kafka_error_code(error), what, rd_kafka_error_string(error)));
  std::pair<GroupListing, std::vector<GroupMember>> described{
      {name, rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(found[0]))}, {}};
  for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(found[0]); ++i) {
    const rd_kafka_MemberDescription_t* member = rd_kafka_ConsumerGroupDescription_member(found[0], i);
    GroupMember out{rd_kafka_MemberDescription_consumer_id(member),
                    rd_kafka_MemberDescription_client_id(member),
                    rd_kafka_MemberDescription_host(member),
                    {}};
    const rd_kafka_topic_partition_list_t* assigned =
        rd_kafka_MemberAssignment_partitions(rd_kafka_MemberDescription_assignment(member));
    for (int p = 0; assigned != nullptr && p < assigned->cnt; ++p)
      out.assignment.emplace_back(assigned->elems[p].topic, assigned->elems[p].partition);
    described.second.push_back(std::move(out));
  }
  return described;
}

Result<std::vector<GroupOffset>> LibrdkafkaAdmin::group_offsets(const std::string& name) {
  const Held<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy> query(
      rd_kafka_ListConsumerGroupOffsets_new(name.c_str(), nullptr));
  rd_kafka_ListConsumerGroupOffsets_t* queries[] = {query.get()};
  const std::string what = fmt::format("offsets of group {}", name);
  TRY_ASSIGN(const Event event,
             request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, what, [&](auto* options, auto* queue) {
               rd_kafka_ListConsumerGroupOffsets(handle_.get(), queries, 1, options, queue);
             }));
  std::size_t count = 0;
  const rd_kafka_group_result_t** results = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  std::vector<GroupOffset> found;
  for (std::size_t i = 0; i < count; ++i) {
    if (const rd_kafka_error_t* error = rd_kafka_group_result_error(results[i]))
      TRY(check(rd_kafka_error_code(error), what, rd_kafka_error_string(error)));
    const rd_kafka_topic_partition_list_t* list = rd_kafka_group_result_partitions(results[i]);
    for (int p = 0; list != nullptr && p < list->cnt; ++p) {
      const rd_kafka_topic_partition_t& at = list->elems[p];
      found.push_back(
          {at.topic, at.partition, at.offset,
           std::string(static_cast<const char*>(at.metadata), at.metadata != nullptr ? at.metadata_size : 0)});
    }
  }
  return found;
}

Status LibrdkafkaAdmin::delete_group(const std::string& name) {
  const Held<rd_kafka_DeleteGroup_t, rd_kafka_DeleteGroup_destroy> group(rd_kafka_DeleteGroup_new(name.c_str()));
  rd_kafka_DeleteGroup_t* groups[] = {group.get()};
  const std::string what = fmt::format("group {}", name);
  TRY_ASSIGN(const Event event, request(RD_KAFKA_ADMIN_OP_DELETEGROUPS, what, [&](auto* options, auto* queue) {
               rd_kafka_DeleteGroups(handle_.get(), groups, 1, options, queue);
             }));
  std::size_t count = 0;
  const rd_kafka_group_result_t** results =
      rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i)
    if (const rd_kafka_error_t* error = rd_kafka_group_result_error(results[i]))
      TRY(check(rd_kafka_error_code(error), what, rd_kafka_error_string(error)));
  return {};
}

Status LibrdkafkaAdmin::set_group_offsets(const std::string& name, const std::vector<GroupOffset>& offsets) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const GroupOffset& at : offsets)
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset = at.offset;
  const Held<rd_kafka_AlterConsumerGroupOffsets_t, rd_kafka_AlterConsumerGroupOffsets_destroy> change(
      rd_kafka_AlterConsumerGroupOffsets_new(name.c_str(), list.get()));
  rd_kafka_AlterConsumerGroupOffsets_t* changes[] = {change.get()};
  const std::string what = fmt::format("offsets of group {}", name);
  TRY_ASSIGN(const Event event,
             request(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, what, [&](auto* options, auto* queue) {
               rd_kafka_AlterConsumerGroupOffsets(handle_.get(), changes, 1, options, queue);
             }));
  std::size_t count = 0;
  const rd_kafka_group_result_t** results = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (const rd_kafka_error_t* error = rd_kafka_group_result_error(results[i]))
      TRY(check(rd_kafka_error_code(error), what, rd_kafka_error_string(error)));
    const rd_kafka_topic_partition_list_t* answered = rd_kafka_group_result_partitions(results[i]);
    for (int p = 0; p < answered->cnt; ++p) TRY(check(answered->elems[p].err, what));
  }
  return {};
}

Result<std::vector<GroupOffset>> LibrdkafkaAdmin::resolve(const std::string& topic, const OffsetTarget& target) {
  TRY_ASSIGN(const std::vector<PartitionOffsets> known, offsets(topic));
  std::vector<GroupOffset> resolved;
  const Partitions query(rd_kafka_topic_partition_list_new(static_cast<int>(known.size())));
  for (const PartitionOffsets& at : known) {
    int64_t offset = at.end;
    if (target.kind == OffsetTarget::Kind::earliest) offset = at.start;
    if (target.kind == OffsetTarget::Kind::offset) offset = std::min(std::max(target.value, at.start), at.end);
    resolved.push_back({topic, at.partition, offset, ""});
    rd_kafka_topic_partition_list_add(query.get(), topic.c_str(), at.partition)->offset = target.value;
  }
  if (target.kind == OffsetTarget::Kind::timestamp) {
    TRY(check(rd_kafka_offsets_for_times(handle_.get(), query.get(), timeout_ms_),
              fmt::format("offsets of {} by time", topic)));
    for (std::size_t i = 0; i < resolved.size(); ++i)
      if (query->elems[i].offset >= 0) resolved[i].offset = query->elems[i].offset;
  }
  return resolved;
}

}  // namespace

Result<std::unique_ptr<Admin>> Admin::open(const std::string& bootstrap_servers, int timeout_ms) {
  TRY_ASSIGN(Handle handle, open_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_servers},
                                                            {"client.id", "azud"},
                                                            {"group.id", "azud-admin"},
                                                            {"log_level", "0"}}));
  return std::make_unique<LibrdkafkaAdmin>(std::move(handle), timeout_ms);
}

}  // namespace azud::kafka
