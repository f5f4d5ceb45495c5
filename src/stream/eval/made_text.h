#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "stream/eval/kernel.h"

namespace azud::stream {

/// A text in the making, for functions that can make much of little. It does not grow past the batch's room.
class GrowingText {
 public:
  explicit GrowingText(MadeRoom& room) : room_(room) {}

  void clear() { text_.clear(); }
  GrowingText& operator+=(std::string_view part) {
    if (room_.fits(text_.size() + part.size())) text_ += part;
    return *this;
  }
  void append_times(std::string_view part, std::size_t count) {
    if (part.empty() || count == 0 || !fits_times(part.size(), count)) return;
    text_.reserve(text_.size() + part.size() * count);
    for (; count > 0; --count) text_ += part;
  }
  /// For those who append no more than some times what one argument has.
  std::string& text() { return text_; }
  /// False once it is more than there is room for: go no further.
  bool fits() const { return room_.fits(text_.size()); }
  operator std::string_view() const { return text_; }

 private:
  bool fits_times(std::size_t size, std::size_t count) const {
    return room_.fits(count > MadeRoom::bytes_max ? count : text_.size() + size * count);
  }

  MadeRoom& room_;
  std::string text_;
};

/// out[i] = what f(i, text, made) appends to `made`, which is empty and whose memory is used again: a std::string& for
/// what grows with the first argument alone, else a GrowingText&. `f` may give a bool, false for NULL, or a Status,
/// whose error is the call's.
template <class F>
Result<data::ColumnPtr> made_text(Call& call, F f) {
  constexpr bool grows = std::is_invocable_v<F, std::size_t, std::string_view, GrowingText&>;
  using Made = std::conditional_t<grows, GrowingText, std::string>;
  using Given = std::invoke_result_t<F, std::size_t, std::string_view, Made&>;
  TextOut out(call);
  const View<std::string_view> text = call.view<std::string_view>(0);
  GrowingText growing(call.frame.made());
  Made& made = [&]() -> Made& {
    if constexpr (grows)
      return growing;
    else
      return growing.text();
  }();
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    made.clear();
    if constexpr (std::is_void_v<Given>) {
      f(i, text[i], made);
    } else if constexpr (std::is_same_v<Given, bool>) {
      if (!f(i, text[i], made)) {
        out.set_null(i);
        continue;
      }
    } else {
      TRY(f(i, text[i], made));
    }
    if (!out.copy(i, made)) break;
  }
  return out.finish();
}

}  // namespace azud::stream
