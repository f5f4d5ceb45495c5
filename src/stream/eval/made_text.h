#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "stream/eval/kernel.h"

namespace azud::stream {

/// out[i] = what f(i, text, made) appends to `made`, an empty string whose room is used again. `f` may give a bool,
/// false for NULL, or a Status, whose error is the call's.
template <class F>
Result<data::ColumnPtr> made_text(Call& call, F f) {
  TextOut out(call);
  const View<std::string_view> text = call.view<std::string_view>(0);
  using Given = std::invoke_result_t<F, std::size_t, std::string_view, std::string&>;
  std::string made;
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
    out.copy(i, made);
  }
  return out.finish();
}

}  // namespace azud::stream
