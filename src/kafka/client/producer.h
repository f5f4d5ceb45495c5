#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace azud::kafka {

struct ProducerSettings {
  std::string bootstrap_servers;  ///< `host:port,host:port`
  int32_t linger_ms = 5;          ///< how long a message may wait for others to share its batch
  int32_t queue_messages = 200'000;
  /// Further librdkafka properties; they win over the ones set here.
  std::vector<std::pair<std::string, std::string>> properties;
};

/// A message for `Producer::send`. The views are copied.
struct OutgoingMessage {
  std::string_view key;  ///< chooses the partition as every Kafka client does (murmur2); empty means none
  std::string_view value;
  TimestampMs timestamp_ms = 0;  ///< 0 means now
  uint64_t tag = 0;              ///< handed to the delivery callback
};

/// An idempotent producer (librdkafka): acknowledged means stored by the broker exactly once, in the order sent per
/// partition. It retries for ever; while the broker is away, messages wait. One thread uses it; callbacks run inside
/// `poll`, `send` and `flush` on that thread.
class Producer {
 public:
  /// Called once a message: an error means that the broker refused it for good.
  using Delivery = std::function<void(uint64_t tag, const Status& status)>;

  static Result<std::unique_ptr<Producer>> open(const ProducerSettings& settings, Delivery delivery);
  virtual ~Producer() = default;

  /// A handle for `send`; lives as long as the producer. The topic must exist or the broker must create it.
  virtual Result<uint32_t> add_topic(const std::string& name) = 0;

  /// Queues the message. False when the queue is full: poll and try again.
  virtual Result<bool> send(uint32_t topic, const OutgoingMessage& message) = 0;

  /// The partition that `send` chooses for the key, which must not be empty. Asks the broker the first time, for a
  /// second at most; nothing when it did not answer or has not made the topic yet.
  virtual std::optional<int32_t> partition_of(uint32_t topic, std::string_view key) = 0;

  /// Serves delivery callbacks, waiting for the first at most so long. Returns how many there were.
  virtual int poll(int timeout_ms) = 0;

  /// Sends what lingers and waits until nothing is outstanding; Code::unavailable when time runs out.
  virtual Status flush(int timeout_ms) = 0;

  /// What the connection last complained of; empty when all is well. For progress lines.
  virtual const std::string& trouble() const = 0;
};

}  // namespace azud::kafka
