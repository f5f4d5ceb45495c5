#include "simulate/kafka_sender.h"

namespace azud::simulate {

namespace {

constexpr uint32_t key_slots_max = 1U << 24;
constexpr std::size_t topics_max = 256;
constexpr uint32_t sends_between_polls = 256;
constexpr int64_t silence_us = 250'000;  // well below any idle timeout

/// What a delivery has to know, in one number: topic (8 bits), key slot (24 bits), time of sending (µs modulo 2^32).
uint64_t make_tag(uint32_t topic, uint32_t key_slot, int64_t now_us) {
  return (uint64_t{topic} << 56) | (uint64_t{key_slot} << 32) | static_cast<uint32_t>(now_us);
}

}  // namespace

Result<std::unique_ptr<KafkaSender>> KafkaSender::open(const KafkaSenderSettings& settings, const EventSource& source,
                                                       const io::Clock& clock) {
  if (source.key_slots() > key_slots_max || source.topics().size() > topics_max) {
    return fail(Code::unsupported, "a kafka run takes at most {} keys and {} topics, not {} and {}", key_slots_max,
                topics_max, source.key_slots(), source.topics().size());
  }
  std::unique_ptr<KafkaSender> sender(new KafkaSender(settings.timestamps, clock, source.key_slots()));
  KafkaSender* self = sender.get();
  TRY_ASSIGN(sender->producer_, kafka::Producer::open(settings.producer, [self](uint64_t tag, const Status& status) {
               self->on_delivery(tag, status);
             }));
  for (const std::string& topic : source.topics()) {
    TRY_ASSIGN(const uint32_t handle, sender->producer_->add_topic(topic));
    sender->topics_.push_back(handle);
  }
  sender->last_us_.resize(sender->topics_.size());
  return sender;
}

/// Whether a message with a nominal timestamp may go now; see the class.
bool KafkaSender::is_turn_of(const Event& event, int64_t now_us) {
  if (alone_ && unacknowledged() > 0) return false;
  alone_ = false;
  if (event.key.empty()) return true;
  const auto partition = producer_->partition_of(topics_.at(event.topic), event.key);
  if (!partition) return false;
  std::vector<int64_t>& partitions = last_us_.at(event.topic);
  const auto place = static_cast<std::size_t>(*partition);
  if (partitions.size() <= place) partitions.resize(place + 1, now_us - silence_us);
  if (now_us - partitions[place] >= silence_us) {
    if (unacknowledged() > 0) return false;
    alone_ = true;
  }
  partitions[place] = now_us;
  return true;
}

Result<bool> KafkaSender::send(const Event& event) {
  if (sends_until_poll_-- == 0) {
    sends_until_poll_ = sends_between_polls;
    producer_->poll(0);
  }
  Outstanding& outstanding = outstanding_.at(event.key_slot);
  if (outstanding.count > 0 && outstanding.topic != event.topic) return false;
  const bool nominal = timestamps_ == Timestamps::nominal;
  const int64_t now_us = clock_.monotonic_us();
  if (nominal && !is_turn_of(event, now_us)) return false;
  TRY_ASSIGN(const bool queued,
             producer_->send(topics_.at(event.topic), {.key = event.key,
                                                       .value = event.value,
                                                       .timestamp_ms = nominal ? event.nominal_ms : 0,
                                                       .tag = make_tag(event.topic, event.key_slot, now_us)}));
  if (!queued) return false;
  outstanding.topic = event.topic & 0xFF;
  ++outstanding.count;
  ++counts_.sent;
  return true;
}

void KafkaSender::on_delivery(uint64_t tag, const Status& status) {
  --outstanding_[(tag >> 32) & (key_slots_max - 1)].count;
  if (status) [[likely]] {
    ++counts_.acknowledged;
    latency_.record(static_cast<uint32_t>(clock_.monotonic_us()) - static_cast<uint32_t>(tag));
  } else {
    ++counts_.refused;
    refusal_ = status.error().message();
  }
}

}  // namespace azud::simulate
