#include "simulate/http_sender.h"

#include <chrono>
#include <utility>

namespace azud::simulate {

namespace {

constexpr std::chrono::milliseconds retry_pause(50);

/// What an answer means for the message.
enum class Verdict {
  stored,
  refused,   ///< wrong in itself; trying again cannot help
  later,     ///< not taken now: no room, too many requests
  uncertain  ///< may have been stored
};

Verdict judge(const Result<io::HttpClientResponse>& answer) {
  if (!answer) return Verdict::uncertain;
  const int status = answer->status;
  if (status >= 200 && status < 300) return Verdict::stored;
  if (status == 408 || status == 429 || status == 503) return Verdict::later;
  return status < 500 ? Verdict::refused : Verdict::uncertain;
}

std::string describe(const Result<io::HttpClientResponse>& answer) {
  if (!answer) return answer.error().message();
  return fmt::format("HTTP {} {}: {}", answer->status, io::http_reason(answer->status), answer->body.substr(0, 200));
}

}  // namespace

Result<std::unique_ptr<HttpSender>> HttpSender::open(const HttpSenderSettings& settings, const EventSource& source,
                                                     const io::Clock& clock) {
  std::unique_ptr<HttpSender> sender(new HttpSender(settings, source, clock));
  TRY_ASSIGN(sender->client_, io::HttpClient::create(sender->loops_, settings.address, settings.connections));
  return sender;
}

HttpSender::HttpSender(const HttpSenderSettings& settings, const EventSource& source, const io::Clock& clock)
    : settings_(settings), clock_(clock), lanes_(settings.connections) {
  for (const std::string& topic : source.topics()) targets_.push_back("/topics/" + topic + "/messages");
}

HttpSender::~HttpSender() {
  if (client_ != nullptr) client_->stop();
  loops_.stop();
}

Result<bool> HttpSender::send(const Event& event) {
  const std::size_t number = event.key_slot % settings_.connections;
  {
    const MutexLock lock(mutex_);
    Lane& lane = lanes_[number];
    if (lane.messages.size() >= settings_.lane_max) return false;
    lane.messages.push_back({.topic = event.topic, .body = std::string(event.value), .sent_us = clock_.monotonic_us()});
    ++counts_.sent;
    ++outstanding_;
    if (lane.messages.size() > 1) return true;
  }
  send_first(number);
  return true;
}

/// Sends the first message of a lane, which nobody else touches until it is answered.
void HttpSender::send_first(std::size_t number) {
  const Message* message = nullptr;
  {
    const MutexLock lock(mutex_);
    message = &lanes_[number].messages.front();
  }
  client_->request(number,
                   {.method = io::HttpMethod::post,
                    .target = targets_[message->topic],
                    .content_type = "application/json",
                    .body = message->body},
                   [this, number](const Result<io::HttpClientResponse>& answer) { on_answer(number, answer); });
}

void HttpSender::on_answer(std::size_t number, const Result<io::HttpClientResponse>& answer) {
  if (!answer && answer.error().code() == Code::cancelled) return;  // we are going away
  bool more = false;
  {
    const MutexLock lock(mutex_);
    Lane& lane = lanes_[number];
    switch (judge(answer)) {
      case Verdict::stored:
        ++counts_.acknowledged;
        latency_.record(static_cast<uint64_t>(clock_.monotonic_us() - lane.messages.front().sent_us));
        trouble_.clear();
        settle_first(lane);
        break;
      case Verdict::refused:
        ++counts_.refused;
        trouble_ = describe(answer);
        settle_first(lane);
        break;
      case Verdict::uncertain:
        if (!std::exchange(lane.messages.front().repeated, true)) ++counts_.repeated;
        [[fallthrough]];
      case Verdict::later:
        trouble_ = describe(answer);
        lane.retry = loops_.after(retry_pause, [this, number] { send_first(number); });
        return;
    }
    more = !lane.messages.empty();
  }
  if (more) send_first(number);
}

void HttpSender::settle_first(Lane& lane) {
  lane.messages.pop_front();
  --outstanding_;
  if (waiting_) answered_.notify_all();
}

void HttpSender::poll(int timeout_ms) {
  MutexLock lock(mutex_);
  if (outstanding_ == 0 && timeout_ms == 0) return;
  waiting_ = true;
  answered_.wait_for(lock, std::chrono::milliseconds(timeout_ms));
  waiting_ = false;
}

Status HttpSender::finish(int timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  MutexLock lock(mutex_);
  waiting_ = true;
  while (outstanding_ > 0 && answered_.wait_until(lock, deadline) != std::cv_status::timeout) {
  }
  waiting_ = false;
  if (outstanding_ == 0) return {};
  return fail(Code::unavailable, "http: {} messages not answered after {} ms: {}", outstanding_, timeout_ms, trouble_);
}

SendCounts HttpSender::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

LatencyHistogram HttpSender::latency() const {
  const MutexLock lock(mutex_);
  return latency_;
}

std::string HttpSender::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

}  // namespace azud::simulate
