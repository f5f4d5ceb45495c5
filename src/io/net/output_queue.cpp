#include "io/net/output_queue.h"

#include <algorithm>

namespace azud::io {

void OutputQueue::appended() {
  const std::size_t added = text_.size() - text_counted_;
  if (added == 0) return;
  if (pieces_.size() == first_ || !pieces_.back().shared.empty()) pieces_.emplace_back();
  pieces_.back().text_bytes += added;
  text_counted_ = text_.size();
  size_ += added;
}

void OutputQueue::append(ByteView bytes) {
  text_.append(bytes);
  appended();
}

void OutputQueue::append(SharedBytes bytes) {
  appended();
  if (bytes.size() <= copy_bytes_max) return append(bytes.view());
  size_ += bytes.size();
  pieces_.push_back({std::move(bytes), 0});
}

void OutputQueue::append_common(SharedBytes bytes) {
  if (bytes.size() <= copy_bytes_max) return append(bytes.view());
  common_size_ += bytes.size();
  append(std::move(bytes));
  pieces_.back().is_common = true;
}

std::size_t OutputQueue::front(std::span<ByteView> views) const {
  std::size_t text_at = text_begin_;
  std::size_t filled = 0;
  for (std::size_t i = first_; i < pieces_.size() && filled < views.size(); ++i) {
    const Piece& piece = pieces_[i];
    if (piece.shared.empty()) {
      views[filled++] = ByteView(text_).substr(text_at, piece.text_bytes);
      text_at += piece.text_bytes;
    } else {
      views[filled++] = piece.shared.view();
    }
  }
  return filled;
}

void OutputQueue::consume(std::size_t count) {
  size_ -= count;
  while (count > 0) {
    Piece& piece = pieces_[first_];
    if (piece.shared.empty()) {
      const std::size_t part = std::min(count, piece.text_bytes);
      piece.text_bytes -= part;
      text_begin_ += part;
      count -= part;
      if (piece.text_bytes == 0) ++first_;
    } else {
      const std::size_t part = std::min(count, piece.shared.size());
      if (piece.is_common) common_size_ -= part;
      if (part == piece.shared.size()) {
        piece.shared = {};
        ++first_;
      } else {
        piece.shared = piece.shared.slice(part);
      }
      count -= part;
    }
  }
  if (size_ == 0) return clear();
  if (first_ > 64 && first_ > pieces_.size() / 2) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  if (text_begin_ > (64 << 10) && text_begin_ > text_.size() / 2) {
    text_.erase(0, text_begin_);
    text_counted_ -= text_begin_;
    text_begin_ = 0;
  }
}

void OutputQueue::clear() {
  constexpr std::size_t kept_bytes_max = 16 << 10;
  pieces_.clear();
  if (text_.capacity() > kept_bytes_max) {
    text_ = std::string();
  } else {
    text_.clear();
  }
  first_ = text_begin_ = text_counted_ = size_ = common_size_ = 0;
}

}  // namespace azud::io
