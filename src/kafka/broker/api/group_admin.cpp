#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/api/operations.h"
#include "kafka/broker/api/without_repeats.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/topic_id.h"

// What administrators ask about groups.

namespace azud::kafka {
namespace {

/// Before this version a group that does not exist is a dead one, and no error.
constexpr int16_t not_found_since = 6;

bool is_among(const std::vector<std::string>& filter, const std::string& word) {
  const auto same = [&](const std::string& other) {
    return std::ranges::equal(
        word, other, {}, [](char c) { return std::tolower(c); }, [](char c) { return std::tolower(c); });
  };
  return filter.empty() || std::ranges::any_of(filter, same);
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<DescribeGroupsRequest> exchange) {
  DescribeGroupsResponse response;
  for (const auto* name :
       without_repeats(exchange.request.groups, [](const std::string& each) { return std::string_view(each); })) {
    auto& group = response.groups.emplace_back(broker->groups.describe(*name));
    if (exchange.version() < not_found_since) group.error_code = ErrorCode::none;
    if (exchange.request.include_authorized_operations) group.authorized_operations = group_operations;
  }
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<ListGroupsRequest> exchange) {
  ListGroupsResponse response;
  for (auto& group : broker->groups.list()) {
    if (!is_among(exchange.request.states_filter, group.group_state)) continue;
    if (!is_among(exchange.request.types_filter, group.group_type)) continue;
    response.groups.push_back(std::move(group));
  }
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<DeleteGroupsRequest> exchange) {
  const auto answer = gather(std::move(exchange));
  log::WriteBatch batch;
  for (const std::string& name : answer->request().groups_names) {
    const ErrorCode code = broker->groups.remove(name, batch);
    answer->response.results.push_back({name, code});
  }
  if (batch.empty()) return;
  broker->log.commit(std::move(batch), [answer](const Result<std::vector<log::Appended>>& result) {
    if (result) return;
    for (auto& group : answer->response.results) {
      if (group.error_code == ErrorCode::none) group.error_code = to_error_code(result.error(), Doing::commit);
    }
  });
}

void handle(const BrokerPtr& broker, Exchange<OffsetDeleteRequest> exchange) {
  const auto answer = gather(std::move(exchange));
  const OffsetDeleteRequest& request = answer->request();
  OffsetDeleteResponse& response = answer->response;
  response.error_code = broker->groups.check_offset_delete(request.group_id);
  if (response.error_code != ErrorCode::none) return;
  log::WriteBatch batch;
  for (const auto& topic : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    const auto known = broker->log.find_topic(topic.name);
    const bool is_used = broker->groups.is_subscribed(request.group_id, topic.name);
    for (const auto& partition : topic.partitions) {
      auto& partition_answer = topic_answer.partitions.emplace_back();
      partition_answer.partition_index = partition.partition_index;
      if (find_partition(known, partition.partition_index) == nullptr) {
        partition_answer.error_code = ErrorCode::unknown_topic_or_partition;
      } else if (is_used) {
        partition_answer.error_code = ErrorCode::group_subscribed_to_topic;
      } else {
        OffsetStore::erase(batch, request.group_id, topic.name, partition.partition_index);
      }
    }
  }
  if (batch.empty()) return;
  broker->log.commit(std::move(batch), [answer](const Result<std::vector<log::Appended>>& result) {
    if (!result) answer->response.error_code = to_error_code(result.error(), Doing::commit);
  });
}

}  // namespace azud::kafka
