#include "kafka/client/producer.h"

#include <array>

#include <librdkafka/rdkafka.h>

#include "base/logging.h"
#include "kafka/client/handle.h"

namespace azud::kafka {

namespace {

class LibrdkafkaProducer final : public Producer {
 public:
  explicit LibrdkafkaProducer(Delivery delivery) : delivery_(std::move(delivery)) {}
  LibrdkafkaProducer(const LibrdkafkaProducer&) = delete;
  LibrdkafkaProducer& operator=(const LibrdkafkaProducer&) = delete;
  ~LibrdkafkaProducer() override {
    for (const Topic& topic : topics_) rd_kafka_topic_destroy(topic.handle);
  }

  Status connect(const ProducerSettings& settings);

  Result<uint32_t> add_topic(const std::string& name) override;
  Result<bool> send(uint32_t topic, const OutgoingMessage& message) override;
  std::optional<int32_t> partition_of(uint32_t topic, std::string_view key) override;
  int poll(int timeout_ms) override { return rd_kafka_poll(handle_.get(), timeout_ms); }
  Status flush(int timeout_ms) override;
  const std::string& trouble() const override { return trouble_; }

 private:
  static void on_delivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);
  static void on_error(rd_kafka_t* handle, int error, const char* reason, void* self);

  struct Topic {
    rd_kafka_topic_t* handle;
    int32_t partitions = 0;  ///< 0: not asked yet
  };

  Delivery delivery_;
  Handle handle_;
  std::vector<Topic> topics_;
  std::string trouble_;
};

Status LibrdkafkaProducer::connect(const ProducerSettings& settings) {
  Config config(rd_kafka_conf_new());
  TRY(set_property(config.get(), "bootstrap.servers", settings.bootstrap_servers));
  TRY(set_property(config.get(), "client.id", "azud"));
  TRY(set_property(config.get(), "enable.idempotence", "true"));
  TRY(set_property(config.get(), "message.timeout.ms", "0"));  // never give up: the stream waits for its broker
  TRY(set_property(config.get(), "linger.ms", std::to_string(settings.linger_ms)));
  TRY(set_property(config.get(), "queue.buffering.max.messages", std::to_string(settings.queue_messages)));
  TRY(set_property(config.get(), "partitioner", "murmur2_random"));
  TRY(set_property(config.get(), "reconnect.backoff.ms", "20"));
  TRY(set_property(config.get(), "reconnect.backoff.max.ms", "200"));
  TRY(set_property(config.get(), "retry.backoff.ms", "20"));
  TRY(set_property(config.get(), "log_level", "2"));  // errors come through the callback
  for (const auto& [name, value] : settings.properties) TRY(set_property(config.get(), name, value));
  rd_kafka_conf_set_opaque(config.get(), this);
  rd_kafka_conf_set_dr_msg_cb(config.get(), on_delivery);
  rd_kafka_conf_set_error_cb(config.get(), on_error);

  TRY_ASSIGN(handle_, open_handle(RD_KAFKA_PRODUCER, std::move(config)));
  return {};
}

Result<uint32_t> LibrdkafkaProducer::add_topic(const std::string& name) {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(handle_.get(), name.c_str(), nullptr);
  if (topic == nullptr) {
    return fail(Code::invalid, "kafka topic {}: {}", name, rd_kafka_err2str(rd_kafka_last_error()));
  }
  topics_.push_back({.handle = topic});
  return static_cast<uint32_t>(topics_.size() - 1);
}

Result<bool> LibrdkafkaProducer::send(uint32_t topic, const OutgoingMessage& message) {
  rd_kafka_topic_t* handle = topics_.at(topic).handle;
  std::array<rd_kafka_vu_t, 6> parts{};
  parts[0].vtype = RD_KAFKA_VTYPE_RKT;
  parts[0].u.rkt = handle;
  parts[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[1].u.i = RD_KAFKA_MSG_F_COPY;
  parts[2].vtype = RD_KAFKA_VTYPE_KEY;
  parts[2].u.mem = {message.key.empty() ? nullptr : const_cast<char*>(message.key.data()), message.key.size()};
  parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[3].u.mem = {const_cast<char*>(message.value.data()), message.value.size()};
  parts[4].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  parts[4].u.i64 = message.timestamp_ms;
  parts[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[5].u.ptr = reinterpret_cast<void*>(message.tag);

  rd_kafka_error_t* error = rd_kafka_produceva(handle_.get(), parts.data(), parts.size());
  if (error == nullptr) [[likely]]
    return true;
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  return fail(Code::invalid, "kafka message for {}: {}", rd_kafka_topic_name(handle), rd_kafka_err2str(code));
}

std::optional<int32_t> LibrdkafkaProducer::partition_of(uint32_t number, std::string_view key) {
  constexpr int timeout_ms = 1000;
  Topic& topic = topics_.at(number);
  if (topic.partitions == 0) {
    const struct rd_kafka_metadata* metadata = nullptr;
    if (rd_kafka_metadata(handle_.get(), 0, topic.handle, &metadata, timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return std::nullopt;
    }
    if (metadata->topic_cnt == 1) topic.partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    if (topic.partitions == 0) return std::nullopt;
  }
  return rd_kafka_msg_partitioner_murmur2_random(topic.handle, key.data(), key.size(), topic.partitions, nullptr,
                                                 nullptr);
}

Status LibrdkafkaProducer::flush(int timeout_ms) {
  if (rd_kafka_flush(handle_.get(), timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return fail(Code::unavailable, "kafka: {} messages not acknowledged after {} ms: {}",
              rd_kafka_outq_len(handle_.get()), timeout_ms, trouble());
}

void LibrdkafkaProducer::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto* producer = static_cast<LibrdkafkaProducer*>(self);
  const auto tag = reinterpret_cast<uint64_t>(message->_private);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) [[likely]] {
    if (!producer->trouble_.empty()) producer->trouble_.clear();
    producer->delivery_(tag, {});
    return;
  }
  producer->delivery_(
      tag, fail(Code::io, "kafka topic {}: {}", rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err)));
}

void LibrdkafkaProducer::on_error(rd_kafka_t* handle, int error, const char* reason, void* self) {
  auto code = static_cast<rd_kafka_resp_err_t>(error);
  std::string text = reason;
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    char fatal[512];
    code = rd_kafka_fatal_error(handle, fatal, sizeof fatal);
    text = fatal;
    log_error("kafka producer: {}: {}", rd_kafka_err2name(code), text);
  }
  static_cast<LibrdkafkaProducer*>(self)->trouble_ = std::move(text);
}

}  // namespace

Result<std::unique_ptr<Producer>> Producer::open(const ProducerSettings& settings, Delivery delivery) {
  auto producer = std::make_unique<LibrdkafkaProducer>(std::move(delivery));
  TRY(producer->connect(settings));
  return producer;
}

}  // namespace azud::kafka
