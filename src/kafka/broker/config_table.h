#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/broker/options.h"
#include "kafka/wire/message/configs.h"
#include "log/log.h"

namespace azud::kafka {

/// Kafka's numbers for the type of a configuration value.
enum class ConfigType : int8_t { boolean = 1, string = 2, int32 = 3, int64 = 5, real = 6, list = 7 };

/// Kafka's numbers for where a value comes from.
enum class ConfigSource : int8_t { topic = 1, broker_file = 4, built_in = 5 };

/// A topic's configuration value as it is in force.
struct ConfigValue {
  std::string_view name;
  std::string_view broker_name;  ///< what the default is called in server.properties; empty: it has no name there
  ConfigType type;
  std::string value;
  ConfigSource source;
  std::string default_value;
  ConfigSource default_source;
  std::string_view documentation;
};

/// All of Kafka's configuration values for topics, by name, with what holds for `topic`.
std::vector<ConfigValue> topic_config(const log::Topic& topic, const log::TopicConfig& defaults);

/// Null for a name that topics do not have.
std::optional<ConfigType> topic_config_type(std::string_view name);

/// A selection of the broker's own, those that clients look at.
std::vector<ConfigValue> broker_config(const BrokerOptions& options, const log::TopicConfig& defaults);

}  // namespace azud::kafka
