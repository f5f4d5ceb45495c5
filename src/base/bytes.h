#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace azud {

/// Bytes that somebody else owns. A string_view, because text and bytes meet everywhere in a log and one view type
/// spares casts; it says nothing about encoding.
using ByteView = std::string_view;

/// A view together with a share of what keeps it alive. Cheap to copy and to slice; never changes.
class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(std::shared_ptr<const void> owner, ByteView view) : owner_(std::move(owner)), view_(view) {}

  /// Takes over `text`; the view is all of it.
  static SharedBytes own(std::string text) {
    auto owned = std::make_shared<const std::string>(std::move(text));
    const ByteView view = *owned;
    return {std::move(owned), view};
  }

  ByteView view() const { return view_; }
  const char* data() const { return view_.data(); }
  std::size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }

  /// Bytes [from, from + count), sharing the owner. `from` must not be past the end; `count` is cut to what is there.
  SharedBytes slice(std::size_t from, std::size_t count = std::string_view::npos) const {
    return {owner_, view_.substr(from, count)};
  }
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  std::shared_ptr<const void> owner_;
  ByteView view_;
};

}  // namespace azud
