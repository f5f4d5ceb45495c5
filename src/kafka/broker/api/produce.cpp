#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "base/logging.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"
#include "kafka/broker/internal_topics.h"
#include "kafka/broker/topic_id.h"
#include "kafka/wire/batch_validator.h"

namespace azud::kafka {
namespace {

/// From this version on a batch may be packed with zstd.
constexpr int16_t zstd_since = 7;

/// A produce request whose batches are on their way into the journal. Each append holds a share; the answer leaves with
/// the last one.
class Producing {
 public:
  explicit Producing(Exchange<ProduceRequest> exchange) : exchange_(std::move(exchange)) {}
  Producing(const Producing&) = delete;
  Producing& operator=(const Producing&) = delete;
  ~Producing() {
    if (exchange_.request.acks != 0) {
      exchange_.answer(response);
    } else if (!has_error()) {
      exchange_.no_answer();
    } else {
      log_warn("kafka: connection from {} closed: client '{}' asked for no answer, and a batch was refused",
               exchange_.connection().peer(), exchange_.client_id());
      exchange_.close("a batch without acknowledgement was refused");
    }
  }

  const ProduceRequest& request() const { return exchange_.request; }
  int16_t version() const { return exchange_.version(); }

  ProduceResponse response;

 private:
  bool has_error() const {
    for (const auto& topic : response.responses) {
      for (const auto& partition : topic.partition_responses) {
        if (partition.error_code != ErrorCode::none) return true;
      }
    }
    return false;
  }
  Exchange<ProduceRequest> exchange_;
};

void refuse(ProduceResponse::Partition& answer, ErrorCode code, std::string message = {}) {
  answer.error_code = code;
  if (!message.empty()) answer.error_message = std::move(message);
}

void refuse(ProduceResponse::Partition& answer, BatchRefusal refusal) {
  refuse(answer, refusal.code, std::move(refusal.message));
  for (auto& record : refusal.records) answer.record_errors.push_back({record.index, std::move(record.message)});
}

TimestampMs saturating_add(TimestampMs a, int64_t b) {
  TimestampMs sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<TimestampMs>::min() : std::numeric_limits<TimestampMs>::max();
}

BatchRules rules_for(const Broker& broker, const log::TopicConfig& config, int16_t version) {
  BatchRules rules;
  rules.bytes_max = static_cast<std::size_t>(config.max_message_bytes);
  rules.key_required = config.compact;
  rules.zstd_allowed = version >= zstd_since;
  rules.create_time = config.timestamp_type == log::TimestampType::create_time;
  const TimestampMs now = broker.clock.wall_ms();
  rules.timestamp_min = saturating_add(now, -config.timestamp_before_max_ms);
  rules.timestamp_max = saturating_add(now, config.timestamp_after_max_ms);
  // Unpacking takes a loop's time: a few KiB must not become a hundred MiB.
  constexpr std::size_t density_max = 32;
  rules.unpacked_bytes_max = std::min(broker.options.unpacked_bytes_max, density_max * rules.bytes_max);
  return rules;
}

/// The batch as it is to be stored: as it came, but for a largest timestamp that does not fit its records.
SharedBytes corrected(const SharedBytes& bytes, const ValidBatch& valid) {
  if (valid.max_timestamp == valid.batch.max_timestamp()) return bytes;
  std::string copy(bytes.view());
  patch_max_timestamp(copy.data(), copy.size(), valid.max_timestamp);
  return SharedBytes::own(std::move(copy));
}

/// What is wrong with the records, not with the bytes: then clients are told where the partition begins.
bool names_log_start(ErrorCode code) {
  return code == ErrorCode::invalid_record || code == ErrorCode::invalid_timestamp;
}

void append(Broker& broker, const std::shared_ptr<Producing>& producing, const log::PartitionPtr& partition,
            const SharedBytes& bytes, const BatchRules& rules, ProduceResponse::Partition& answer) {
  thread_local BatchValidator validator;
  auto valid = validator.check(bytes.view(), rules);
  if (!valid) {
    if (names_log_start(valid.error().code)) answer.log_start_offset = partition->log_start().value();
    return refuse(answer, std::move(valid).error());
  }
  if (valid->batch.is_transactional()) {
    return refuse(answer, ErrorCode::invalid_txn_state, "transactions are not offered");
  }
  auto done = [producing, partition, &answer](const Result<log::Appended>& result) {
    if (!result) {
      if (log::refusal_of(result.error()) != log::ProduceRefusal::none) {
        answer.log_start_offset = partition->log_start().value();
      }
      return refuse(answer, to_error_code(result.error(), Doing::append), to_error_message(result.error()).value());
    }
    answer.error_code = ErrorCode::none;
    answer.base_offset = result->base.value();
    answer.log_append_time_ms = result->log_append_time;
    answer.log_start_offset = result->log_start.value();
  };
  broker.log.append(partition, corrected(bytes, *valid), std::move(done));
}

void produce_topic(Broker& broker, const std::shared_ptr<Producing>& producing, const ProduceRequest::Topic& asked,
                   ProduceResponse::Topic& answer) {
  const bool is_internal = is_internal_topic(asked.name);
  const auto topic = broker.log.find_topic(asked.name);
  BatchRules rules;
  if (topic != nullptr) rules = rules_for(broker, topic->topic->config(), producing->version());
  for (std::size_t i = 0; i < asked.partition_data.size(); ++i) {
    const auto& data = asked.partition_data[i];
    auto& partition_answer = answer.partition_responses[i];
    const auto partition = find_partition(topic, data.index);
    if (partition == nullptr) {
      refuse(partition_answer, ErrorCode::unknown_topic_or_partition);
    } else if (is_internal) {
      refuse(partition_answer, ErrorCode::invalid_topic_exception, "clients cannot write to an internal topic");
    } else if (!data.records || data.records->pieces.empty()) {
      refuse(partition_answer, ErrorCode::invalid_record, "a partition's records must be exactly one batch");
    } else {
      append(broker, producing, partition, data.records->pieces.front(), rules, partition_answer);
    }
  }
}

/// Every partition asked for, not done yet.
void prepare(const ProduceRequest& request, ErrorCode code, ProduceResponse& response) {
  for (const auto& asked : request.topic_data) {
    auto& topic = response.responses.emplace_back();
    topic.name = asked.name;
    for (const auto& data : asked.partition_data) {
      auto& partition = topic.partition_responses.emplace_back();
      partition.index = data.index;
      partition.error_code = code;
      partition.base_offset = -1;
    }
  }
}

}  // namespace

void handle(const BrokerPtr& broker, Exchange<ProduceRequest> exchange) {
  const auto producing = std::make_shared<Producing>(std::move(exchange));
  const ProduceRequest& request = producing->request();
  if (request.acks < -1 || request.acks > 1) {
    return prepare(request, ErrorCode::invalid_required_acks, producing->response);
  }
  if (request.transactional_id) return prepare(request, ErrorCode::invalid_txn_state, producing->response);
  prepare(request, ErrorCode::not_leader_or_follower, producing->response);
  for (std::size_t i = 0; i < request.topic_data.size(); ++i) {
    produce_topic(*broker, producing, request.topic_data[i], producing->response.responses[i]);
  }
}

}  // namespace azud::kafka
