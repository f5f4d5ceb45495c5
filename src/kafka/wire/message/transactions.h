#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct AddPartitionsToTxnResponse;

/// Partitions a transaction is about to write to. From version 4 on it is spoken between brokers, in batches.
struct AddPartitionsToTxnRequest {
  static constexpr MessageInfo info{ApiKey::add_partitions_to_txn, "AddPartitionsToTxnRequest", {0, 5}, 3};
  using Response = AddPartitionsToTxnResponse;

  struct Topic {
    std::string name;
    std::vector<int32_t> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitions", m.partitions);
    }
  };

  struct Transaction {
    std::string transactional_id;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool verify_only = false;
    std::vector<Topic> topics;

    static void visit(auto& m, auto& v) {
      v.field("transactionalId", m.transactional_id);
      v.field("producerId", m.producer_id);
      v.field("producerEpoch", m.producer_epoch);
      v.field("verifyOnly", m.verify_only);
      v.field("topics", m.topics);
    }
  };

  std::vector<Transaction> transactions;
  std::string v3_and_below_transactional_id;
  int64_t v3_and_below_producer_id = 0;
  int16_t v3_and_below_producer_epoch = 0;
  std::vector<Topic> v3_and_below_topics;

  static void visit(auto& m, auto& v) {
    v.field("transactions", m.transactions, since(4));
    v.field("v3AndBelowTransactionalId", m.v3_and_below_transactional_id, until(3));
    v.field("v3AndBelowProducerId", m.v3_and_below_producer_id, until(3));
    v.field("v3AndBelowProducerEpoch", m.v3_and_below_producer_epoch, until(3));
    v.field("v3AndBelowTopics", m.v3_and_below_topics, until(3));
  }
};

struct AddPartitionsToTxnResponse {
  static constexpr MessageInfo info{ApiKey::add_partitions_to_txn, "AddPartitionsToTxnResponse", {0, 5}, 3};

  struct Partition {
    int32_t partition_index = 0;
    ErrorCode partition_error_code = ErrorCode::none;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("partitionErrorCode", m.partition_error_code);
    }
  };

  struct Topic {
    std::string name;
    std::vector<Partition> results_by_partition;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("resultsByPartition", m.results_by_partition);
    }
  };

  struct Transaction {
    std::string transactional_id;
    std::vector<Topic> topic_results;

    static void visit(auto& m, auto& v) {
      v.field("transactionalId", m.transactional_id);
      v.field("topicResults", m.topic_results);
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<Transaction> results_by_transaction;
  std::vector<Topic> results_by_topic_v3_and_below;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code, since(4));
    v.field("resultsByTransaction", m.results_by_transaction, since(4));
    v.field("resultsByTopicV3AndBelow", m.results_by_topic_v3_and_below, until(3));
  }
};

struct AddOffsetsToTxnResponse;

/// The group whose offsets a transaction is about to commit.
struct AddOffsetsToTxnRequest {
  static constexpr MessageInfo info{ApiKey::add_offsets_to_txn, "AddOffsetsToTxnRequest", {0, 4}, 3};
  using Response = AddOffsetsToTxnResponse;

  std::string transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  std::string group_id;

  static void visit(auto& m, auto& v) {
    v.field("transactionalId", m.transactional_id);
    v.field("producerId", m.producer_id);
    v.field("producerEpoch", m.producer_epoch);
    v.field("groupId", m.group_id);
  }
};

struct AddOffsetsToTxnResponse {
  static constexpr MessageInfo info{ApiKey::add_offsets_to_txn, "AddOffsetsToTxnResponse", {0, 4}, 3};

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
  }
};

struct EndTxnResponse;

/// Commits or aborts.
struct EndTxnRequest {
  static constexpr MessageInfo info{ApiKey::end_txn, "EndTxnRequest", {0, 5}, 3};
  using Response = EndTxnResponse;

  std::string transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  bool committed = false;

  static void visit(auto& m, auto& v) {
    v.field("transactionalId", m.transactional_id);
    v.field("producerId", m.producer_id);
    v.field("producerEpoch", m.producer_epoch);
    v.field("committed", m.committed);
  }
};

struct EndTxnResponse {
  static constexpr MessageInfo info{ApiKey::end_txn, "EndTxnResponse", {0, 5}, 3};

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
    v.field("producerId", m.producer_id, since(5));
    v.field("producerEpoch", m.producer_epoch, since(5));
  }
};

}  // namespace azud::kafka
