#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_annotations.h"
#include "io/clock.h"
#include "io/event_loops.h"
#include "io/http_client.h"
#include "simulate/sender.h"

namespace azud::simulate {

struct HttpSenderSettings {
  std::string address;           ///< host:port
  std::size_t connections = 64;  ///< kept alive; a key always uses the same one
  std::size_t lane_max = 64;     ///< messages that wait for one connection, above which `send` refuses
};

/// Sends each message as one `POST /topics/{topic}/messages`, as the original's simulators did, over keep-alive
/// connections. A connection has one request under way, so the messages of a key arrive in order, over all topics. The
/// server stamps the time.
///
/// What is not answered is sent again until it is. A server that was killed may have stored the message before: then it
/// is there twice, and SendCounts::repeated says how many that can be. Use Kafka where each must be stored once.
class HttpSender final : public Sender {
 public:
  /// `clock` must outlive the sender.
  static Result<std::unique_ptr<HttpSender>> open(const HttpSenderSettings& settings, const EventSource& source,
                                                  const io::Clock& clock);
  ~HttpSender() override;

  Result<bool> send(const Event& event) override;
  void poll(int timeout_ms) override;
  Status finish(int timeout_ms) override;
  SendCounts counts() const override;
  LatencyHistogram latency() const override;
  std::string trouble() const override;

 private:
  struct Message {
    uint32_t topic = 0;
    std::string body;
    int64_t sent_us = 0;
    bool repeated = false;
  };

  /// The messages of one connection; the first is under way, or waits for its next try.
  struct Lane {
    std::deque<Message> messages;
    io::Timer retry;
  };

  HttpSender(const HttpSenderSettings& settings, const EventSource& source, const io::Clock& clock);

  void send_first(std::size_t lane);
  void on_answer(std::size_t lane, const Result<io::HttpClientResponse>& answer);
  void settle_first(Lane& lane) AZUD_REQUIRES(mutex_);

  const HttpSenderSettings settings_;
  const io::Clock& clock_;
  std::vector<std::string> targets_;  // the path of each topic
  io::EventLoops loops_{1};
  std::unique_ptr<io::HttpClient> client_;

  mutable Mutex mutex_;
  std::condition_variable_any answered_;
  std::vector<Lane> lanes_ AZUD_GUARDED_BY(mutex_);
  uint64_t outstanding_ AZUD_GUARDED_BY(mutex_) = 0;
  SendCounts counts_ AZUD_GUARDED_BY(mutex_);
  LatencyHistogram latency_ AZUD_GUARDED_BY(mutex_);
  std::string trouble_ AZUD_GUARDED_BY(mutex_);
  bool waiting_ AZUD_GUARDED_BY(mutex_) = false;  // somebody is in poll or finish
};

}  // namespace azud::simulate
