#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct InitProducerIdResponse;

/// An id for an idempotent or transactional producer.
struct InitProducerIdRequest {
  static constexpr MessageInfo info{ApiKey::init_producer_id, "InitProducerIdRequest", {0, 6}, 2};
  using Response = InitProducerIdResponse;

  std::optional<std::string> transactional_id;
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  bool enable2_pc = false;
  bool keep_prepared_txn = false;

  static void visit(auto& m, auto& v) {
    v.field("transactionalId", m.transactional_id, nullable());
    v.field("transactionTimeoutMs", m.transaction_timeout_ms);
    v.field("producerId", m.producer_id, since(3));
    v.field("producerEpoch", m.producer_epoch, since(3));
    v.field("enable2Pc", m.enable2_pc, since(6));
    v.field("keepPreparedTxn", m.keep_prepared_txn, since(6));
  }
};

struct InitProducerIdResponse {
  static constexpr MessageInfo info{ApiKey::init_producer_id, "InitProducerIdResponse", {0, 6}, 2};

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int64_t producer_id = -1;
  int16_t producer_epoch = 0;
  int64_t ongoing_txn_producer_id = -1;
  int16_t ongoing_txn_producer_epoch = -1;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
    v.field("producerId", m.producer_id);
    v.field("producerEpoch", m.producer_epoch);
    v.field("ongoingTxnProducerId", m.ongoing_txn_producer_id, since(6));
    v.field("ongoingTxnProducerEpoch", m.ongoing_txn_producer_epoch, since(6));
  }
};

}  // namespace azud::kafka
