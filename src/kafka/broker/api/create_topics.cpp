#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/logging.h"
#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/config_table.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/topic_id.h"

namespace azud::kafka {
namespace {

using Answer = Gathered<CreateTopicsRequest>;

template <class Topic>
void refuse(Topic& answer, ErrorCode code, std::string message) {
  answer.error_code = code;
  answer.error_message = std::move(message);
}

/// Assigned partitions must be dense from 0 and all on this node, the only one.
bool is_assignable(const CreateTopicsRequest::Topic& topic, int32_t node_id) {
  std::set<int32_t> numbers;
  for (const auto& assignment : topic.assignments) {
    if (assignment.broker_ids != std::vector<int32_t>{node_id}) return false;
    numbers.insert(assignment.partition_index);
  }
  return numbers.size() == topic.assignments.size() && *numbers.begin() == 0 &&
         *numbers.rbegin() == static_cast<int32_t>(numbers.size()) - 1;
}

/// The number of partitions to make, or 0 with the answer filled in.
int32_t check_size(const BrokerOptions& options, const CreateTopicsRequest::Topic& asked,
                   CreateTopicsResponse::Topic& answer) {
  if (!asked.assignments.empty()) {
    if (asked.num_partitions != -1 || asked.replication_factor != -1) {
      refuse(answer, ErrorCode::invalid_request, "either partitions are assigned, or their number is given");
      return 0;
    }
    if (!is_assignable(asked, options.node_id)) {
      refuse(answer, ErrorCode::invalid_replica_assignment, "partitions must be dense from 0 and on this one node");
      return 0;
    }
    return static_cast<int32_t>(asked.assignments.size());
  }
  if (asked.num_partitions == 0 || asked.num_partitions < -1) {
    refuse(answer, ErrorCode::invalid_partitions, "a topic has at least one partition");
    return 0;
  }
  const bool is_odd_factor = asked.replication_factor == 0 || asked.replication_factor < -1;
  if (is_odd_factor || (asked.replication_factor > 1 && options.strict_replication_factor)) {
    refuse(answer, ErrorCode::invalid_replication_factor, "this is one node: the replication factor is 1");
    return 0;
  }
  if (asked.replication_factor > 1) {
    log_warn("kafka: topic {}: one node keeps one copy, not {}", asked.name, asked.replication_factor);
  }
  return asked.num_partitions == -1 ? options.partitions_default : asked.num_partitions;
}

/// The values set for the topic; false with the answer filled in if one cannot be.
bool check_config(const Broker& broker, const CreateTopicsRequest::Topic& asked,
                  std::map<std::string, std::string>& overrides, CreateTopicsResponse::Topic& answer) {
  for (const auto& config : asked.configs) {
    if (!config.value) {
      refuse(answer, ErrorCode::invalid_config, "a value must not be null: " + config.name);
      return false;
    }
    overrides[config.name] = *config.value;
  }
  const auto parsed = log::TopicConfig::parse(overrides, broker.log.options().topic_defaults);
  if (parsed) return true;
  refuse(answer, ErrorCode::invalid_config, *to_error_message(parsed.error()));
  return false;
}

void describe_made(const Broker& broker, const log::Topic& topic, int32_t partitions,
                   CreateTopicsResponse::Topic& answer) {
  answer.error_code = ErrorCode::none;
  answer.num_partitions = partitions;
  answer.replication_factor = 1;
  auto& configs = answer.configs.emplace();
  for (const ConfigValue& value : topic_config(topic, broker.log.options().topic_defaults)) {
    configs.push_back({std::string(value.name), value.value, false, static_cast<int8_t>(value.source), false});
  }
}

/// The topics there are by names without the difference of dots and underscores: Kafka's metrics cannot tell two apart
/// that differ in these alone. Made once for a request of many topics, if need be.
class Collisions {
 public:
  explicit Collisions(const log::Log& log) : log_(log) {}

  /// Another topic that `name` would be confused with. Empty: none.
  std::string find(const std::string& name) {
    if (name.find_first_of("._") == std::string::npos) return {};
    if (!known_) {
      known_.emplace();
      for (const auto& view : log_.topics()) known_->emplace(plain(view->topic->name()), view->topic->name());
    }
    const auto found = known_->find(plain(name));
    return found == known_->end() ? std::string() : found->second;
  }

 private:
  static std::string plain(std::string name) {
    std::ranges::replace(name, '.', '_');
    return name;
  }

  const log::Log& log_;
  std::optional<std::map<std::string, std::string>> known_;
};

void create(const BrokerPtr& broker, const std::shared_ptr<Answer>& share, const CreateTopicsRequest::Topic& asked,
            Collisions& collisions, CreateTopicsResponse::Topic& answer) {
  if (const Status named = log::check_topic_name(asked.name); !named) {
    return refuse(answer, ErrorCode::invalid_topic_exception, named.error().message());
  }
  if (broker->log.find_topic(asked.name) != nullptr) {
    return refuse(answer, ErrorCode::topic_already_exists, "topic '" + asked.name + "' already exists");
  }
  if (const std::string other = collisions.find(asked.name); !other.empty()) {
    return refuse(answer, ErrorCode::invalid_topic_exception,
                  fmt::format("topic '{}' collides with existing topic: {}", asked.name, other));
  }
  const int32_t partitions = check_size(broker->options, asked, answer);
  std::map<std::string, std::string> overrides;
  if (partitions == 0 || !check_config(*broker, asked, overrides, answer)) return;
  if (share->request().validate_only) {
    return describe_made(*broker, log::Topic(asked.name, {}, overrides, {}), partitions, answer);
  }
  answer.error_code = ErrorCode::not_controller;  // until it is done
  broker->log.create_topic(asked.name, partitions, std::move(overrides), [broker, share, &answer](const Status& made) {
    if (!made) {
      return refuse(answer, to_error_code(made.error(), Doing::create_topic), *to_error_message(made.error()));
    }
    const auto topic = broker->log.find_topic(answer.name);
    if (topic == nullptr) return;  // deleted already
    answer.topic_id = to_uuid(topic->topic->id());
    describe_made(*broker, *topic->topic, static_cast<int32_t>(topic->partitions.size()), answer);
  });
}

void grow(const BrokerPtr& broker, const std::shared_ptr<Gathered<CreatePartitionsRequest>>& share,
          const CreatePartitionsRequest::Topic& asked, CreatePartitionsResponse::Topic& answer) {
  const auto topic = broker->log.find_topic(asked.name);
  if (topic == nullptr) {
    return refuse(answer, ErrorCode::unknown_topic_or_partition, "there is no topic " + asked.name);
  }
  const auto now = static_cast<int32_t>(topic->partitions.size());
  if (asked.count <= now) {
    return refuse(answer, ErrorCode::invalid_partitions,
                  fmt::format("topic {} has {} partitions and can only get more: {}", asked.name, now, asked.count));
  }
  if (asked.assignments) {
    const bool fits = asked.assignments->size() == static_cast<std::size_t>(asked.count - now) &&
                      std::ranges::all_of(*asked.assignments, [&](const auto& assignment) {
                        return assignment.broker_ids == std::vector<int32_t>{broker->options.node_id};
                      });
    if (!fits) {
      return refuse(answer, ErrorCode::invalid_replica_assignment,
                    "each new partition must be assigned, and to this one node");
    }
  }
  if (share->request().validate_only) return;
  answer.error_code = ErrorCode::not_controller;  // until it is done
  broker->log.add_partitions(asked.name, asked.count, [share, &answer](const Status& status) {
    answer.error_code = ErrorCode::none;
    if (!status) refuse(answer, to_error_code(status.error(), Doing::change_topic), *to_error_message(status.error()));
  });
}

/// Calls `f(asked, answer)` for each topic of a request, one answer a topic; a name that stands there twice is refused.
template <class Topics, class Answers, class F>
void for_each_topic(const Topics& topics, Answers& answers, F f) {
  std::map<std::string, int> count;
  for (const auto& topic : topics) ++count[topic.name];
  answers.resize(topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    answers[i].name = topics[i].name;
    if (count[topics[i].name] > 1) {
      refuse(answers[i], ErrorCode::invalid_request, "the topic is named twice: " + topics[i].name);
    } else {
      f(topics[i], answers[i]);
    }
  }
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<CreateTopicsRequest> exchange) {
  const auto share = gather(std::move(exchange));
  Collisions collisions(broker->log);
  for_each_topic(share->request().topics, share->response.topics, [&](const auto& asked, auto& answer) {
    answer.configs.emplace();  // on errors too: no list says that one may not see it
    create(broker, share, asked, collisions, answer);
  });
}

void handle(const BrokerPtr& broker, Exchange<CreatePartitionsRequest> exchange) {
  const auto share = gather(std::move(exchange));
  for_each_topic(share->request().topics, share->response.results,
                 [&](const auto& asked, auto& answer) { grow(broker, share, asked, answer); });
}

}  // namespace azud::kafka
