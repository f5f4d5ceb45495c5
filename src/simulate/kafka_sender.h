#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/clock.h"
#include "kafka/client/producer.h"
#include "simulate/sender.h"

namespace azud::simulate {

struct KafkaSenderSettings {
  kafka::ProducerSettings producer;
  Timestamps timestamps = Timestamps::now;
};

/// Sends over the Kafka protocol with an idempotent producer: each message is stored once, also when the broker is
/// killed and comes back. A message waits while its key has an unacknowledged one in another topic; within a topic the
/// producer keeps the order.
///
/// With nominal timestamps, event time is the order that counts, and a reader whose partition was silent for a while no
/// longer waits for it. So the first message after a silence goes alone: after everything before it is acknowledged,
/// and before anything after it. Then no reader in arrival order can be ahead of it.
class KafkaSender final : public Sender {
 public:
  /// `source` gives topics and number of keys; `clock` must outlive the sender.
  static Result<std::unique_ptr<KafkaSender>> open(const KafkaSenderSettings& settings, const EventSource& source,
                                                   const io::Clock& clock);

  Result<bool> send(const Event& event) override;
  void poll(int timeout_ms) override { producer_->poll(timeout_ms); }
  Status finish(int timeout_ms) override { return producer_->flush(timeout_ms); }
  SendCounts counts() const override { return counts_; }
  LatencyHistogram latency() const override { return latency_; }
  std::string trouble() const override { return refusal_.empty() ? producer_->trouble() : refusal_; }

 private:
  /// The topic of a key's unacknowledged messages, and how many they are.
  struct Outstanding {
    uint32_t topic : 8 = 0;
    uint32_t count : 24 = 0;
  };

  KafkaSender(Timestamps timestamps, const io::Clock& clock, uint32_t key_slots)
      : timestamps_(timestamps), clock_(clock), outstanding_(key_slots) {}

  void on_delivery(uint64_t tag, const Status& status);
  bool is_turn_of(const Event& event, int64_t now_us);
  uint64_t unacknowledged() const { return counts_.sent - counts_.acknowledged - counts_.refused; }

  Timestamps timestamps_;
  const io::Clock& clock_;
  std::unique_ptr<kafka::Producer> producer_;
  std::vector<uint32_t> topics_;  // the producer's handle of each topic of the source
  std::vector<Outstanding> outstanding_;
  std::vector<std::vector<int64_t>> last_us_;  // of each topic and partition, with nominal timestamps
  bool alone_ = false;                         // the message under way wants no company
  SendCounts counts_;
  LatencyHistogram latency_;
  std::string refusal_;
  uint32_t sends_until_poll_ = 0;
};

}  // namespace azud::simulate
