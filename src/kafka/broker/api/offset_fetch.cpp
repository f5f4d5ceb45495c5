#include <string_view>
#include <utility>
#include <vector>

#include "kafka/broker/api/handle.h"
#include "kafka/broker/api/without_repeats.h"
#include "kafka/broker/broker.h"

namespace azud::kafka {
namespace {

template <class Partition>
void describe(const std::optional<CommittedOffset>& committed, int32_t number, Partition& answer) {
  answer.partition_index = number;
  answer.committed_offset = committed ? committed->offset : -1;
  answer.committed_leader_epoch = committed ? committed->leader_epoch : -1;
  answer.metadata = committed ? committed->metadata : "";
}

/// The offsets of one group for the topics asked for, or for all it has stored.
template <class TopicAnswer, class Topics>
std::vector<TopicAnswer> describe_group(const Broker& broker, const std::string& group,
                                        const std::optional<Topics>& asked) {
  std::vector<TopicAnswer> answers;
  const OffsetStore& offsets = broker.groups.offsets();
  if (!asked) {
    for (const auto& entry : offsets.all(group)) {
      if (!offsets.is_current(entry)) continue;
      if (answers.empty() || answers.back().name != entry.topic) answers.emplace_back().name = entry.topic;
      describe(entry.committed, entry.partition, answers.back().partitions.emplace_back());
    }
    return answers;
  }
  for (const auto& topic : *asked) {
    auto& answer = answers.emplace_back();
    answer.name = topic.name;
    const auto view = broker.log.find_topic(topic.name);
    for (const int32_t number : topic.partition_indexes) {
      const auto committed = view == nullptr ? std::nullopt : offsets.find(group, *view, number);
      describe(committed, number, answer.partitions.emplace_back());
    }
  }
  return answers;
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<OffsetFetchRequest> exchange) {
  constexpr int16_t several_groups_since = 8;
  const OffsetFetchRequest& request = exchange.request;
  OffsetFetchResponse response;
  if (exchange.version() < several_groups_since) {
    response.topics = describe_group<OffsetFetchResponse::Topic>(*broker, request.group_id, request.topics);
  }
  const auto key = [](const auto& group) { return std::string_view(group.group_id); };
  for (const auto* group : without_repeats(request.groups, key)) {
    auto& answer = response.groups.emplace_back();
    answer.group_id = group->group_id;
    answer.topics = describe_group<OffsetFetchResponse::GroupTopic>(*broker, group->group_id, group->topics);
  }
  exchange.answer(response);
}

}  // namespace azud::kafka
