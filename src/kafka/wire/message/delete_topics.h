#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct DeleteTopicsResponse;

/// Deletes topics, from version 6 on by name or id.
struct DeleteTopicsRequest {
  static constexpr MessageInfo info{ApiKey::delete_topics, "DeleteTopicsRequest", {1, 6}, 4};
  using Response = DeleteTopicsResponse;

  struct Topic {
    std::optional<std::string> name;
    Uuid topic_id;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, nullable());
      v.field("topicId", m.topic_id);
    }
  };

  std::vector<Topic> topics;
  std::vector<std::string> topic_names;
  int32_t timeout_ms = 0;

  static void visit(auto& m, auto& v) {
    v.field("topics", m.topics, since(6));
    v.field("topicNames", m.topic_names, until(5));
    v.field("timeoutMs", m.timeout_ms);
  }
};

struct DeleteTopicsResponse {
  static constexpr MessageInfo info{ApiKey::delete_topics, "DeleteTopicsResponse", {1, 6}, 4};

  struct Topic {
    std::optional<std::string> name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, nullable(6));
      v.field("topicId", m.topic_id, since(6));
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, since(5).nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> responses;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("responses", m.responses);
  }
};

struct DeleteRecordsResponse;

/// Moves the beginning of partitions forward; offset -1 is the high watermark.
struct DeleteRecordsRequest {
  static constexpr MessageInfo info{ApiKey::delete_records, "DeleteRecordsRequest", {0, 2}, 2};
  using Response = DeleteRecordsResponse;

  struct Partition {
    int32_t partition_index = 0;
    int64_t offset = 0;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("offset", m.offset);
    }
  };

  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitions", m.partitions);
    }
  };

  std::vector<Topic> topics;
  int32_t timeout_ms = 0;

  static void visit(auto& m, auto& v) {
    v.field("topics", m.topics);
    v.field("timeoutMs", m.timeout_ms);
  }
};

struct DeleteRecordsResponse {
  static constexpr MessageInfo info{ApiKey::delete_records, "DeleteRecordsResponse", {0, 2}, 2};

  struct Partition {
    int32_t partition_index = 0;
    int64_t low_watermark = 0;
    ErrorCode error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("lowWatermark", m.low_watermark);
      v.field("errorCode", m.error_code);
    }
  };

  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitions", m.partitions);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("topics", m.topics);
  }
};

}  // namespace azud::kafka
