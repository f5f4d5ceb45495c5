#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct ProduceResponse;

/// Record batches for partitions, one for each. With acks 0 it has no answer.
struct ProduceRequest {
  static constexpr MessageInfo info{ApiKey::produce, "ProduceRequest", {3, 13}, 9};
  using Response = ProduceResponse;

  struct Partition {
    int32_t index = 0;
    std::optional<Records> records;

    static void visit(auto& m, auto& v) {
      v.field("index", m.index);
      v.field("records", m.records, nullable());
    }
  };

  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partition_data;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, until(12));
      v.field("topicId", m.topic_id, since(13));
      v.field("partitionData", m.partition_data);
    }
  };

  std::optional<std::string> transactional_id;
  int16_t acks = 0;
  int32_t timeout_ms = 0;
  std::vector<Topic> topic_data;

  static void visit(auto& m, auto& v) {
    v.field("transactionalId", m.transactional_id, nullable());
    v.field("acks", m.acks);
    v.field("timeoutMs", m.timeout_ms);
    v.field("topicData", m.topic_data);
  }
};

struct ProduceResponse {
  static constexpr MessageInfo info{ApiKey::produce, "ProduceResponse", {3, 13}, 9};

  struct RecordError {
    int32_t batch_index = 0;
    std::optional<std::string> batch_index_error_message;

    static void visit(auto& m, auto& v) {
      v.field("batchIndex", m.batch_index);
      v.field("batchIndexErrorMessage", m.batch_index_error_message, nullable());
    }
  };

  struct Leader {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    static void visit(auto& m, auto& v) {
      v.field("leaderId", m.leader_id);
      v.field("leaderEpoch", m.leader_epoch);
    }
  };

  struct Partition {
    int32_t index = 0;
    ErrorCode error_code = ErrorCode::none;
    int64_t base_offset = 0;
    int64_t log_append_time_ms = -1;
    int64_t log_start_offset = -1;
    std::vector<RecordError> record_errors;
    std::optional<std::string> error_message;
    std::optional<Leader> current_leader;

    static void visit(auto& m, auto& v) {
      v.field("index", m.index);
      v.field("errorCode", m.error_code);
      v.field("baseOffset", m.base_offset);
      v.field("logAppendTimeMs", m.log_append_time_ms);
      v.field("logStartOffset", m.log_start_offset, since(5));
      v.field("recordErrors", m.record_errors, since(8));
      v.field("errorMessage", m.error_message, since(8).nullable());
      v.tagged(0, "currentLeader", m.current_leader, since(10));
    }
  };

  struct Topic {
    std::string name;
    Uuid topic_id;
    std::vector<Partition> partition_responses;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name, until(12));
      v.field("topicId", m.topic_id, since(13));
      v.field("partitionResponses", m.partition_responses);
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static void visit(auto& m, auto& v) {
      v.field("nodeId", m.node_id);
      v.field("host", m.host);
      v.field("port", m.port);
      v.field("rack", m.rack, nullable());
    }
  };

  std::vector<Topic> responses;
  int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  static void visit(auto& m, auto& v) {
    v.field("responses", m.responses);
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.tagged(0, "nodeEndpoints", m.node_endpoints, since(10));
  }
};

}  // namespace azud::kafka
