#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct CreateTopicsResponse;

/// New topics; -1 partitions or replicas mean the broker's default.
struct CreateTopicsRequest {
  static constexpr MessageInfo info{ApiKey::create_topics, "CreateTopicsRequest", {2, 7}, 5};
  using Response = CreateTopicsResponse;

  struct Assignment {
    int32_t partition_index = 0;
    std::vector<int32_t> broker_ids;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("brokerIds", m.broker_ids);
    }
  };

  struct Config {
    std::string name;
    std::optional<std::string> value;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("value", m.value, nullable());
    }
  };

  struct Topic {
    std::string name;
    int32_t num_partitions = 0;
    int16_t replication_factor = 0;
    std::vector<Assignment> assignments;
    std::vector<Config> configs;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("numPartitions", m.num_partitions);
      v.field("replicationFactor", m.replication_factor);
      v.field("assignments", m.assignments);
      v.field("configs", m.configs);
    }
  };

  std::vector<Topic> topics;
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  static void visit(auto& m, auto& v) {
    v.field("topics", m.topics);
    v.field("timeoutMs", m.timeout_ms);
    v.field("validateOnly", m.validate_only);
  }
};

struct CreateTopicsResponse {
  static constexpr MessageInfo info{ApiKey::create_topics, "CreateTopicsResponse", {2, 7}, 5};

  struct Config {
    std::string name;
    std::optional<std::string> value;
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("value", m.value, nullable());
      v.field("readOnly", m.read_only);
      v.field("configSource", m.config_source);
      v.field("isSensitive", m.is_sensitive);
    }
  };

  struct Topic {
    std::string name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    ErrorCode topic_config_error_code = ErrorCode::none;
    int32_t num_partitions = -1;
    int16_t replication_factor = -1;
    std::optional<std::vector<Config>> configs;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("topicId", m.topic_id, since(7));
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
      v.tagged(0, "topicConfigErrorCode", m.topic_config_error_code, since(5));
      v.field("numPartitions", m.num_partitions, since(5));
      v.field("replicationFactor", m.replication_factor, since(5));
      v.field("configs", m.configs, since(5).nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("topics", m.topics);
  }
};

struct CreatePartitionsResponse;

/// More partitions for topics; `count` is the new total.
struct CreatePartitionsRequest {
  static constexpr MessageInfo info{ApiKey::create_partitions, "CreatePartitionsRequest", {0, 3}, 2};
  using Response = CreatePartitionsResponse;

  struct Assignment {
    std::vector<int32_t> broker_ids;

    static void visit(auto& m, auto& v) { v.field("brokerIds", m.broker_ids); }
  };

  struct Topic {
    std::string name;
    int32_t count = 0;
    std::optional<std::vector<Assignment>> assignments;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("count", m.count);
      v.field("assignments", m.assignments, nullable());
    }
  };

  std::vector<Topic> topics;
  int32_t timeout_ms = 0;
  bool validate_only = false;

  static void visit(auto& m, auto& v) {
    v.field("topics", m.topics);
    v.field("timeoutMs", m.timeout_ms);
    v.field("validateOnly", m.validate_only);
  }
};

struct CreatePartitionsResponse {
  static constexpr MessageInfo info{ApiKey::create_partitions, "CreatePartitionsResponse", {0, 3}, 2};

  struct Topic {
    std::string name;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> results;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("results", m.results);
  }
};

}  // namespace azud::kafka
