#include "io/net/chunk_decoder.h"

#include <algorithm>

#include "base/hex.h"

namespace azud::io {
namespace {

constexpr std::size_t overhead_bytes_max = 16 << 10;

}  // namespace

ChunkDecoder::Outcome ChunkDecoder::decode(ByteView& bytes, std::string& body) {
  while (!bytes.empty()) {
    if (state_ == State::data) {
      const auto part = static_cast<std::size_t>(std::min<uint64_t>(left_, bytes.size()));
      body.append(bytes.substr(0, part));
      bytes.remove_prefix(part);
      left_ -= part;
      if (left_ == 0) state_ = State::data_cr;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    const Outcome outcome = step(c, body.size());
    if (outcome != Outcome::need_more) return outcome;
  }
  return Outcome::need_more;
}

ChunkDecoder::Outcome ChunkDecoder::add_digit(char c, std::size_t body_bytes) {
  left_ = left_ * 16 + static_cast<uint64_t>(hex_digit(c));
  state_ = State::size;
  return left_ > body_bytes_max_ - body_bytes ? Outcome::too_large : Outcome::need_more;
}

ChunkDecoder::Outcome ChunkDecoder::step(char c, std::size_t body_bytes) {
  const auto expect = [&](char wanted, State next) {
    state_ = next;
    return c == wanted ? Outcome::need_more : Outcome::malformed;
  };
  const auto skip = [&] { return ++overhead_bytes_ > overhead_bytes_max ? Outcome::malformed : Outcome::need_more; };
  switch (state_) {
    case State::size_first: return hex_digit(c) < 0 ? Outcome::malformed : add_digit(c, body_bytes);
    case State::size:
      if (hex_digit(c) >= 0) return skip() == Outcome::need_more ? add_digit(c, body_bytes) : Outcome::malformed;
      if (c == ';' || c == ' ' || c == '\t') {
        state_ = State::extension;
        return Outcome::need_more;
      }
      return expect('\r', State::size_end);
    case State::extension:
      if (c == '\n') return Outcome::malformed;
      if (c == '\r') state_ = State::size_end;
      return skip();
    case State::size_end: line_is_empty_ = true; return expect('\n', left_ > 0 ? State::data : State::line);
    case State::data_cr: return expect('\r', State::data_end);
    case State::data_end: return expect('\n', State::size_first);
    case State::line:
      line_is_empty_ = c == '\r';
      state_ = line_is_empty_ ? State::line_end : State::in_line;
      return c == '\n' ? Outcome::malformed : skip();
    case State::in_line:
      if (c == '\n') return Outcome::malformed;
      if (c == '\r') state_ = State::line_end;
      return skip();
    case State::line_end:
      if (c != '\n') return Outcome::malformed;
      state_ = State::line;
      return line_is_empty_ ? Outcome::done : Outcome::need_more;
    case State::data: break;
  }
  return Outcome::malformed;
}

}  // namespace azud::io
