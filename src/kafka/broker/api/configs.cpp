#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/api/without_repeats.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/config_table.h"
#include "kafka/broker/error_map.h"

namespace azud::kafka {
namespace {

// Kafka's numbers for what has a configuration.
constexpr int8_t topic_resource = 2;
constexpr int8_t broker_resource = 4;

using Overrides = std::map<std::string, std::string>;

template <class Answer>
void refuse(Answer& answer, ErrorCode code, std::string message) {
  answer.error_code = code;
  answer.error_message = std::move(message);
}

bool is_wanted(const std::optional<std::vector<std::string>>& names, std::string_view name) {
  return !names || names->empty() || std::ranges::find(*names, name) != names->end();
}

void describe_values(const std::vector<ConfigValue>& values, const DescribeConfigsRequest& request,
                     const DescribeConfigsRequest::Resource& asked, bool read_only,
                     DescribeConfigsResponse::Resource& answer) {
  for (const ConfigValue& value : values) {
    if (!is_wanted(asked.configuration_keys, value.name)) continue;
    auto& config = answer.configs.emplace_back();
    config.name = value.name;
    config.value = value.value;
    config.read_only = read_only;
    config.config_source = static_cast<int8_t>(value.source);
    config.config_type = static_cast<int8_t>(value.type);
    if (request.include_documentation) config.documentation = value.documentation;
    if (!request.include_synonyms) continue;
    if (value.source == ConfigSource::topic) {
      config.synonyms.push_back({config.name, value.value, static_cast<int8_t>(value.source)});
    }
    if (!value.broker_name.empty()) {
      config.synonyms.push_back(
          {std::string(value.broker_name), value.default_value, static_cast<int8_t>(value.default_source)});
    }
  }
}

void describe(const Broker& broker, const DescribeConfigsRequest& request,
              const DescribeConfigsRequest::Resource& asked, DescribeConfigsResponse::Resource& answer) {
  const log::TopicConfig& defaults = broker.log.options().topic_defaults;
  if (asked.resource_type == topic_resource) {
    if (!log::check_topic_name(asked.resource_name)) {
      return refuse(answer, ErrorCode::invalid_topic_exception, "not a topic's name: " + asked.resource_name);
    }
    const auto topic = broker.log.find_topic(asked.resource_name);
    if (topic == nullptr) {
      return refuse(answer, ErrorCode::unknown_topic_or_partition, "there is no topic " + asked.resource_name);
    }
    return describe_values(topic_config(*topic->topic, defaults), request, asked, false, answer);
  }
  if (asked.resource_type != broker_resource) {
    return refuse(answer, ErrorCode::invalid_request, "only topics and the broker have a configuration here");
  }
  if (!asked.resource_name.empty() && asked.resource_name != std::to_string(broker.options.node_id)) {
    return refuse(answer, ErrorCode::invalid_request, "there is no broker " + asked.resource_name);
  }
  // Without a name the defaults of the whole cluster are meant: there are none, all is set for this one broker.
  if (asked.resource_name.empty()) return;
  describe_values(broker_config(broker.options, defaults), request, asked, true, answer);
}

/// Finds the topic that is to be configured; null with the answer filled in, if it cannot be.
template <class Answer>
log::TopicPtr find_configurable(const Broker& broker, int8_t type, const std::string& name, Answer& answer) {
  answer.resource_type = type;
  answer.resource_name = name;
  if (type != topic_resource) {
    refuse(answer, ErrorCode::invalid_request,
           "only topics can be configured by clients; azud's own configuration file has the rest");
    return nullptr;
  }
  if (name.empty()) {
    refuse(answer, ErrorCode::invalid_request, "topics have no configuration in common: name one");
    return nullptr;
  }
  const auto topic = broker.log.find_topic(name);
  if (topic == nullptr) refuse(answer, ErrorCode::unknown_topic_or_partition, "there is no topic " + name);
  return topic;
}

/// Checks the topic's new overrides and, unless only that was asked for, sets them.
template <class Answer, class Share>
void apply(const BrokerPtr& broker, const Share& share, const std::string& topic, Overrides overrides,
           bool validate_only, Answer& answer) {
  const auto parsed = log::TopicConfig::parse(overrides, broker->log.options().topic_defaults);
  if (!parsed) return refuse(answer, ErrorCode::invalid_config, *to_error_message(parsed.error()));
  if (validate_only) return;
  answer.error_code = ErrorCode::not_controller;  // until it is done
  broker->log.set_topic_config(topic, std::move(overrides), [share, &answer](const Status& status) {
    answer.error_code = ErrorCode::none;
    if (!status) refuse(answer, to_error_code(status.error(), Doing::configure), *to_error_message(status.error()));
  });
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string word = text.substr(at, comma - at);
    std::erase(word, ' ');
    if (!word.empty()) words.push_back(std::move(word));
    at = comma + 1;
  }
  return words;
}

std::string join_list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

// Kafka's numbers for what IncrementalAlterConfigs does to a value.
constexpr int8_t set_value = 0;
constexpr int8_t delete_value = 1;
constexpr int8_t append_values = 2;
constexpr int8_t subtract_values = 3;

/// Adds words to a value that is a list, or takes them out.
Status change_list(const log::Topic& topic, const log::TopicConfig& defaults,
                   const IncrementalAlterConfigsRequest::Config& change, Overrides& overrides) {
  if (topic_config_type(change.name) != ConfigType::list) {
    return fail(Code::invalid, "only a list can be appended to or subtracted from: {}", change.name);
  }
  std::string current;
  for (const ConfigValue& value : topic_config(topic, defaults)) {
    if (value.name == change.name) current = value.value;
  }
  if (const auto changed = overrides.find(change.name); changed != overrides.end()) current = changed->second;
  std::vector<std::string> words = split_list(current);
  for (const std::string& word : split_list(*change.value)) {
    const bool is_there = std::ranges::find(words, word) != words.end();
    if (change.config_operation == append_values && !is_there) words.push_back(word);
    if (change.config_operation == subtract_values) std::erase(words, word);
  }
  overrides[change.name] = join_list(words);
  return {};
}

Status change_value(const log::Topic& topic, const log::TopicConfig& defaults,
                    const IncrementalAlterConfigsRequest::Config& change, Overrides& overrides) {
  if (!change.value && change.config_operation != delete_value) {
    return fail(Code::unsupported, "a value must not be null: {}", change.name);
  }
  switch (change.config_operation) {
    case set_value: overrides[change.name] = *change.value; return {};
    case delete_value: overrides.erase(change.name); return {};
    case append_values:
    case subtract_values: return change_list(topic, defaults, change, overrides);
    default: return fail(Code::unsupported, "unknown operation on a configuration value: {}", change.config_operation);
  }
}

template <class Resource>
bool has_duplicates(const Resource& resource) {
  std::set<std::string> names;
  return !std::ranges::all_of(resource.configs, [&](const auto& config) { return names.insert(config.name).second; });
}

/// The resources that a request has more than once: their changes would have no order.
template <class Resource>
auto named_twice(const std::vector<Resource>& all) {
  std::set<std::pair<int8_t, std::string_view>> seen, twice;
  for (const Resource& each : all) {
    const std::pair key(each.resource_type, std::string_view(each.resource_name));
    if (!seen.insert(key).second) twice.insert(key);
  }
  return twice;
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<DescribeConfigsRequest> exchange) {
  DescribeConfigsResponse response;
  const auto key = [](const auto& resource) { return std::tie(resource.resource_type, resource.resource_name); };
  for (const auto* asked : without_repeats(exchange.request.resources, key)) {
    auto& answer = response.results.emplace_back();
    answer.resource_type = asked->resource_type;
    answer.resource_name = asked->resource_name;
    describe(*broker, exchange.request, *asked, answer);
  }
  exchange.answer(response);
}

void handle(const BrokerPtr& broker, Exchange<AlterConfigsRequest> exchange) {
  const auto share = gather(std::move(exchange));
  const auto& request = share->request();
  share->response.responses.resize(request.resources.size());
  const auto twice = named_twice(request.resources);
  for (std::size_t i = 0; i < request.resources.size(); ++i) {
    const auto& resource = request.resources[i];
    auto& answer = share->response.responses[i];
    if (!find_configurable(*broker, resource.resource_type, resource.resource_name, answer)) continue;
    if (has_duplicates(resource) || twice.contains({resource.resource_type, resource.resource_name})) {
      refuse(answer, ErrorCode::invalid_request, "a value or a topic is there twice");
      continue;
    }
    Overrides overrides;
    for (const auto& config : resource.configs) {
      if (config.value) overrides[config.name] = *config.value;
    }
    if (overrides.size() != resource.configs.size()) {
      refuse(answer, ErrorCode::invalid_request, "a value must not be null");
      continue;
    }
    apply(broker, share, resource.resource_name, std::move(overrides), request.validate_only, answer);
  }
}

void handle(const BrokerPtr& broker, Exchange<IncrementalAlterConfigsRequest> exchange) {
  const auto share = gather(std::move(exchange));
  const auto& request = share->request();
  share->response.responses.resize(request.resources.size());
  const auto twice = named_twice(request.resources);
  for (std::size_t i = 0; i < request.resources.size(); ++i) {
    const auto& resource = request.resources[i];
    auto& answer = share->response.responses[i];
    const auto topic = find_configurable(*broker, resource.resource_type, resource.resource_name, answer);
    if (topic == nullptr) continue;
    if (has_duplicates(resource) || twice.contains({resource.resource_type, resource.resource_name})) {
      refuse(answer, ErrorCode::invalid_request, "a value or a topic is there twice");
      continue;
    }
    Overrides overrides = topic->topic->overrides();
    for (const auto& config : resource.configs) {
      const Status changed = change_value(*topic->topic, broker->log.options().topic_defaults, config, overrides);
      if (changed || answer.error_code != ErrorCode::none) continue;
      const bool is_malformed = changed.error().code() == Code::unsupported;
      refuse(answer, is_malformed ? ErrorCode::invalid_request : ErrorCode::invalid_config, changed.error().message());
    }
    if (answer.error_code != ErrorCode::none) continue;
    apply(broker, share, resource.resource_name, std::move(overrides), request.validate_only, answer);
  }
}

}  // namespace azud::kafka
