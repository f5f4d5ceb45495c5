#include "io/net/frame_session.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/endian.h"
#include "base/logging.h"

namespace azud::io {
namespace {

constexpr std::size_t length_bytes_total = 4;

std::size_t size_of(const std::vector<SharedBytes>& pieces) {
  std::size_t total = 0;
  for (const SharedBytes& piece : pieces) total += piece.size();
  return total;
}

void append_frame(OutputQueue& out, std::size_t bytes) {
  append_big(out.tail(), static_cast<int32_t>(bytes));
  out.appended();
}

}  // namespace

FrameSession::FrameSession(std::shared_ptr<Loop> loop, TcpSocket socket, std::shared_ptr<SessionSet> set,
                           FrameHandler& handler, const FrameServerOptions& options)
    : TcpSession(std::move(loop), std::move(socket)), set_(std::move(set)), handler_(handler), options_(options) {}

template <class Fill>
void FrameSession::answer(uint64_t sequence, std::size_t bytes, Fill fill) {
  bool first = false;
  {
    MutexLock lock(mutex_);
    if (sequence < first_sequence_ || sequence - first_sequence_ >= slots_.size()) return;  // closed meanwhile
    Slot& slot = slots_[sequence - first_sequence_];
    AZUD_ASSERT(!slot.ready, "a request is answered once");
    fill(slot);
    slot.ready = true;
    waiting_bytes_ += bytes;
    first = sequence == first_sequence_;
  }
  if (first) request_flush();
}

void FrameSession::reply(uint64_t sequence, std::vector<SharedBytes> pieces) {
  answer(sequence, size_of(pieces), [&](Slot& slot) { slot.more = std::move(pieces); });
}

void FrameSession::reply(uint64_t sequence, SharedBytes piece) {
  answer(sequence, piece.size(), [&](Slot& slot) { slot.one = std::move(piece); });
}

void FrameSession::reply_none(uint64_t sequence) {
  answer(sequence, 0, [](Slot& slot) { slot.silent = true; });
}

void FrameSession::collect(OutputQueue& out) {
  MutexLock lock(mutex_);
  while (!slots_.empty() && slots_.front().ready) {
    Slot& slot = slots_.front();
    const std::size_t bytes = slot.more.empty() ? slot.one.size() : size_of(slot.more);
    if (!slot.silent) {
      append_frame(out, bytes);
      if (slot.more.empty()) out.append(std::move(slot.one));
      for (SharedBytes& piece : slot.more) out.append(std::move(piece));
    }
    waiting_bytes_ -= bytes;
    request_bytes_ -= slot.request_bytes;
    slots_.pop_front();
    ++first_sequence_;
  }
}

std::size_t FrameSession::room() const {
  MutexLock lock(mutex_);
  if (waiting_bytes_ + output().size() > options_.write_backlog_bytes_max) return 0;
  if (request_bytes_ > options_.request_backlog_bytes_max) return 0;
  return options_.requests_in_flight_max - std::min(options_.requests_in_flight_max, slots_.size());
}

bool FrameSession::on_resume() {
  if (rest_.empty()) return false;
  parse(std::exchange(rest_, {}));
  return true;
}

void FrameSession::on_bytes(SharedBytes bytes) {
  AZUD_ASSERT(rest_.empty(), "reading pauses while received bytes wait");
  parse(std::move(bytes));
}

void FrameSession::parse(SharedBytes bytes) {
  std::size_t allowed = 0;
  while (!bytes.empty() && !closed()) {
    if (allowed == 0) allowed = room();
    if (allowed == 0) {
      rest_ = without_block(std::move(bytes));
      return;
    }
    if (!partial_.begun() && bytes.size() >= length_bytes_total) {
      const int32_t length = load_big<int32_t>(bytes.data());
      if (!check_length(length)) return;
      const std::size_t end = length_bytes_total + static_cast<std::size_t>(length);
      if (bytes.size() >= end) {
        SharedBytes frame = bytes.slice(length_bytes_total, static_cast<std::size_t>(length));
        bytes = bytes.slice(end);
        deliver(std::move(frame));
        --allowed;
        continue;
      }
    }
    if (fill_partial(bytes)) {
      finish_partial();
      --allowed;
    }
  }
}

bool FrameSession::check_length(int32_t length) {
  if (length >= 0 && static_cast<std::size_t>(length) <= options_.frame_bytes_max) return true;
  log_warn("io: connection from {} closed: it announces a request of {} bytes, allowed are {}", peer_text(), length,
           options_.frame_bytes_max);
  TcpSession::close("a frame's length is not allowed");
  return false;
}

bool FrameSession::fill_partial(SharedBytes& bytes) {
  if (partial_.length_bytes < length_bytes_total) {
    const std::size_t part = std::min(length_bytes_total - partial_.length_bytes, bytes.size());
    std::memcpy(partial_.length + partial_.length_bytes, bytes.data(), part);
    partial_.length_bytes += part;
    bytes = bytes.slice(part);
    if (partial_.length_bytes < length_bytes_total) return false;
    const int32_t length = load_big<int32_t>(partial_.length);
    if (!check_length(length)) {
      bytes = {};
      return false;
    }
    partial_.frame.begin(static_cast<std::size_t>(length));
  }
  partial_.frame.take_from(bytes);
  return partial_.frame.complete();
}

void FrameSession::finish_partial() {
  partial_.length_bytes = 0;
  deliver(partial_.frame.take());
}

std::span<char> FrameSession::expected_space() {
  if (partial_.length_bytes < length_bytes_total) return {};
  return partial_.frame.space();
}

void FrameSession::on_expected(std::size_t count) {
  partial_.frame.filled(count);
  if (partial_.frame.complete()) finish_partial();
}

void FrameSession::deliver(SharedBytes frame) {
  {
    MutexLock lock(mutex_);
    slots_.emplace_back().request_bytes = frame.size();
    request_bytes_ += frame.size();
  }
  progressed_ = true;
  handler_.on_frame(self(), next_sequence_++, std::move(frame));
}

void FrameSession::on_tick(int64_t now_ms) {
  if (!output().empty()) {
    if (now_ms - last_write_ms() > options_.write_timeout_ms) TcpSession::close("the peer takes no answers");
    return;
  }
  bool in_progress;
  {
    MutexLock lock(mutex_);
    in_progress = !slots_.empty();
  }
  if (in_progress) {
    touch_read();
  } else if (partial_.begun()) {
    if (now_ms - last_read_ms() > options_.half_frame_timeout_ms) TcpSession::close("half a request and no more");
  } else if (now_ms - last_read_ms() > options_.idle_timeout_ms) {
    TcpSession::close("idle");
  }
}

void FrameSession::on_flushed() {
  std::size_t bytes = partial_.frame.capacity() + rest_.size() + output().size();
  {
    MutexLock lock(mutex_);
    bytes += waiting_bytes_ + request_bytes_;
  }
  hold(set_->memory(), bytes, std::exchange(progressed_, false) && output().empty());
}

void FrameSession::on_closed() {
  {
    MutexLock lock(mutex_);
    first_sequence_ += slots_.size();
    slots_.clear();
    waiting_bytes_ = request_bytes_ = 0;
  }
  rest_ = {};
  partial_ = {};
  set_->remove(loop(), *this);
  handler_.on_close(self());
}

}  // namespace azud::io
