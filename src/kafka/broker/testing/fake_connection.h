#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/frame_server.h"

namespace azud::kafka {

/// Test support: a client's connection without a socket, which keeps what it is answered.
class FakeConnection final : public io::FrameConnection {
 public:
  explicit FakeConnection(std::string local = "10.1.2.3:9092") : local_(std::move(local)) {}

  void reply(uint64_t sequence, std::vector<SharedBytes> pieces) override {
    std::string whole;
    for (const SharedBytes& piece : pieces) whole.append(piece.view());
    note(sequence, std::move(whole));
  }
  void reply(uint64_t sequence, SharedBytes piece) override { note(sequence, std::string(piece.view())); }
  void reply_none(uint64_t sequence) override { note(sequence, std::nullopt); }
  void close(std::string_view reason) override {
    const std::scoped_lock lock(mutex_);
    closed_ = reason;
    changed_.notify_all();
  }
  const std::string& local_address() const override { return local_; }
  const std::string& peer_address() const override { return peer_; }

  /// Waits until the request is answered or the connection closed; false if neither happens.
  bool wait(uint64_t sequence) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return closed_ || answers_.contains(sequence); });
  }
  bool wait_closed() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return closed_.has_value(); });
  }
  bool is_answered(uint64_t sequence) {
    const std::scoped_lock lock(mutex_);
    return answers_.contains(sequence);
  }
  /// Null: there is none, or the request has no answer.
  std::optional<std::string> answer(uint64_t sequence) {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(sequence);
    return found == answers_.end() ? std::nullopt : found->second;
  }
  std::optional<std::string> close_reason() {
    const std::scoped_lock lock(mutex_);
    return closed_;
  }

 private:
  static constexpr std::chrono::seconds patience{20};

  void note(uint64_t sequence, std::optional<std::string> answer) {
    const std::scoped_lock lock(mutex_);
    answers_[sequence] = std::move(answer);
    changed_.notify_all();
  }

  const std::string local_;
  const std::string peer_ = "192.0.2.7:5555";
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, std::optional<std::string>> answers_;
  std::optional<std::string> closed_;
};

}  // namespace azud::kafka
