#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace azud::kafka {

/// Lets work in until it is closed; closing waits for the work that is inside. Thread-safe.
class Gate {
 public:
  /// Inside as long as it lives, if it is true.
  class Pass {
   public:
    explicit Pass(Gate* gate) : gate_(gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    Gate* gate_;
  };

  Pass enter() {
    if ((state_.fetch_add(2) & closed) == 0) return Pass(this);
    leave();
    return Pass(nullptr);
  }

  /// Nobody gets in from now on; returns when nobody is inside. Not to be called from inside.
  void close() {
    uint32_t state = state_.fetch_or(closed) | closed;
    while (state != closed) {
      state_.wait(state);
      state = state_.load();
    }
  }

 private:
  static constexpr uint32_t closed = 1;

  void leave() {
    if (state_.fetch_sub(2) == (closed | 2)) state_.notify_all();
  }

  std::atomic<uint32_t> state_ = 0;  ///< twice the number inside, plus `closed`
};

}  // namespace azud::kafka
