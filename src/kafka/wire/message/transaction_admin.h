#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct DescribeProducersResponse;

/// Producers that have written to partitions lately.
struct DescribeProducersRequest {
  static constexpr MessageInfo info{ApiKey::describe_producers, "DescribeProducersRequest", {0, 0}, 0};
  using Response = DescribeProducersResponse;

  struct Topic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitionIndexes", m.partition_indexes);
    }
  };

  std::vector<Topic> topics;

  static void visit(auto& m, auto& v) { v.field("topics", m.topics); }
};

struct DescribeProducersResponse {
  static constexpr MessageInfo info{ApiKey::describe_producers, "DescribeProducersResponse", {0, 0}, 0};

  struct ProducerState {
    int64_t producer_id = 0;
    int32_t producer_epoch = 0;
    int32_t last_sequence = -1;
    int64_t last_timestamp = -1;
    int32_t coordinator_epoch = 0;
    int64_t current_txn_start_offset = -1;

    static void visit(auto& m, auto& v) {
      v.field("producerId", m.producer_id);
      v.field("producerEpoch", m.producer_epoch);
      v.field("lastSequence", m.last_sequence);
      v.field("lastTimestamp", m.last_timestamp);
      v.field("coordinatorEpoch", m.coordinator_epoch);
      v.field("currentTxnStartOffset", m.current_txn_start_offset);
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::vector<ProducerState> active_producers;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
      v.field("activeProducers", m.active_producers);
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

struct DescribeTransactionsResponse;

/// State of transactional ids.
struct DescribeTransactionsRequest {
  static constexpr MessageInfo info{ApiKey::describe_transactions, "DescribeTransactionsRequest", {0, 0}, 0};
  using Response = DescribeTransactionsResponse;

  std::vector<std::string> transactional_ids;

  static void visit(auto& m, auto& v) { v.field("transactionalIds", m.transactional_ids); }
};

struct DescribeTransactionsResponse {
  static constexpr MessageInfo info{ApiKey::describe_transactions, "DescribeTransactionsResponse", {0, 0}, 0};

  struct Topic {
    std::string topic;
    std::vector<int32_t> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic);
      v.field("partitions", m.partitions);
    }
  };

  struct Transaction {
    ErrorCode error_code = ErrorCode::none;
    std::string transactional_id;
    std::string transaction_state;
    int32_t transaction_timeout_ms = 0;
    int64_t transaction_start_time_ms = 0;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    std::vector<Topic> topics;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("transactionalId", m.transactional_id);
      v.field("transactionState", m.transaction_state);
      v.field("transactionTimeoutMs", m.transaction_timeout_ms);
      v.field("transactionStartTimeMs", m.transaction_start_time_ms);
      v.field("producerId", m.producer_id);
      v.field("producerEpoch", m.producer_epoch);
      v.field("topics", m.topics);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Transaction> transaction_states;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("transactionStates", m.transaction_states);
  }
};

struct ListTransactionsResponse;

/// Transactional ids by state, producer and duration.
struct ListTransactionsRequest {
  static constexpr MessageInfo info{ApiKey::list_transactions, "ListTransactionsRequest", {0, 2}, 0};
  using Response = ListTransactionsResponse;

  std::vector<std::string> state_filters;
  std::vector<int64_t> producer_id_filters;
  int64_t duration_filter = -1;
  std::optional<std::string> transactional_id_pattern;

  static void visit(auto& m, auto& v) {
    v.field("stateFilters", m.state_filters);
    v.field("producerIdFilters", m.producer_id_filters);
    v.field("durationFilter", m.duration_filter, since(1));
    v.field("transactionalIdPattern", m.transactional_id_pattern, since(2).nullable());
  }
};

struct ListTransactionsResponse {
  static constexpr MessageInfo info{ApiKey::list_transactions, "ListTransactionsResponse", {0, 2}, 0};

  struct Transaction {
    std::string transactional_id;
    int64_t producer_id = 0;
    std::string transaction_state;

    static void visit(auto& m, auto& v) {
      v.field("transactionalId", m.transactional_id);
      v.field("producerId", m.producer_id);
      v.field("transactionState", m.transaction_state);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<std::string> unknown_state_filters;
  std::vector<Transaction> transaction_states;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
    v.field("unknownStateFilters", m.unknown_state_filters);
    v.field("transactionStates", m.transaction_states);
  }
};

}  // namespace azud::kafka
