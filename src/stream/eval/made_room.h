#pragma once

#include <cstddef>

namespace azud::stream {

/// How much text functions may still make for one batch of rows: a few letters of SQL can ask for terabytes. Once
/// something did not fit, the call that asked for it fails; what it makes until then does not matter.
class MadeRoom {
 public:
  static constexpr std::size_t bytes_max = 128UL << 20;

  /// Whether `bytes` more may be made. They are not taken yet: for texts that grow somewhere else first.
  bool fits(std::size_t bytes) {
    is_over_ |= bytes > left_;
    return !is_over_;
  }
  bool take(std::size_t bytes) {
    if (!fits(bytes)) return false;
    left_ -= bytes;
    return true;
  }
  bool is_over() const { return is_over_; }
  /// More was made than a plan should keep as a constant.
  bool took_much() const { return is_over_ || left_ < bytes_max - (64UL << 10); }

 private:
  std::size_t left_ = bytes_max;
  bool is_over_ = false;
};

}  // namespace azud::stream
