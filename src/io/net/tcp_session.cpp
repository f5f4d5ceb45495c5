#include "io/net/tcp_session.h"

#include <array>

#include <boost/asio/buffer.hpp>

#include "base/logging.h"
#include "io/net/endpoint_text.h"

namespace azud::io {
namespace {

constexpr std::size_t gather_views_max = 64;

}  // namespace

TcpSession::TcpSession(std::shared_ptr<Loop> loop, TcpSocket socket)
    : loop_(std::move(loop)), socket_(std::move(socket)), peer_(peer_text_of(socket_)), local_(local_text_of(socket_)) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

TcpSession::~TcpSession() = default;

void TcpSession::open() {
  self_ = shared_from_this();
  loop_->add_member(*this);
  last_read_ms_ = last_write_ms_ = loop_->tick_ms();
  wait_readable();
}

void TcpSession::request_close(std::string reason) {
  loop_->post([self = shared_from_this(), why = std::move(reason)] { self->close(why); });
}

void TcpSession::request_flush() {
  if (loop_->in_this_thread() && handling_) return;
  if (flush_requested_.exchange(true)) return;
  loop_->post([self = shared_from_this()] {
    self->flush_requested_.store(false);
    self->flush();
  });
}

void TcpSession::on_end() { close("the peer closed the connection"); }

void TcpSession::close(std::string_view reason) {
  if (closed_) return;
  closed_ = true;
  log_debug("io: connection {} to {} closed: {}", peer_, local_, reason);
  boost::system::error_code ignored;
  socket_.close(ignored);
  output_.clear();
  share_ = nullptr;
  loop_->remove_member(*this);
  on_closed();
  let_go();
}

void TcpSession::let_go() {
  // Later: the callers of close() are functions of this object.
  if (self_ != nullptr) loop_->post([self = std::move(self_)] {});
}

TcpSocket TcpSession::release_socket() {
  closed_ = true;
  share_ = nullptr;
  loop_->remove_member(*this);
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  let_go();
  return std::move(socket_);
}

void TcpSession::hold(const std::shared_ptr<HeldMemory>& memory, std::size_t bytes, bool progressed) {
  if (share_ == nullptr) {
    if (bytes == 0) return;
    share_ = std::make_unique<HeldMemory::Share>(memory, peer_.substr(0, peer_.rfind(':')), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->request_close("too much is held for clients that do not go on");
    });
  }
  share_->hold(bytes, progressed);
}

void TcpSession::wait_readable() {
  if (waiting_readable_ || closed_ || (closing() && !lingering_) || ended_) return;
  waiting_readable_ = true;
  socket_.async_wait(TcpSocket::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    self->waiting_readable_ = false;
    if (!error && !self->closed_) self->read();
  });
}

void TcpSession::read() {
  if (lingering_) return read_over();
  if (closing() || !wants_more()) return;
  const std::span<char> expected = expected_space();
  const std::span<char> space = loop_->arena().space();
  boost::system::error_code error;
  std::size_t count;
  if (expected.empty()) {
    count = socket_.read_some(boost::asio::buffer(space.data(), space.size()), error);
  } else {
    const std::array buffers{boost::asio::buffer(expected.data(), expected.size()),
                             boost::asio::buffer(space.data(), space.size())};
    count = socket_.read_some(buffers, error);
  }
  if (error == boost::asio::error::would_block || error == boost::asio::error::try_again) return wait_readable();
  if (error == boost::asio::error::eof) {
    ended_ = true;
    return on_end();
  }
  if (error) return close(error.message());

  last_read_ms_ = loop_->tick_ms();
  const std::size_t direct = std::min(count, expected.size());
  SharedBytes rest;
  if (count > direct) rest = loop_->arena().take(count - direct);
  handling_ = true;
  if (direct > 0) on_expected(direct);
  if (!rest.empty() && !closed_) on_bytes(std::move(rest));
  handling_ = false;
  flush();
}

void TcpSession::flush() {
  if (closed_ || flushing_) return;
  flushing_ = true;
  // Resuming may make more ready, so this goes round until nothing is left to do or the peer is slow.
  while (!closed_) {
    const bool was_empty = output_.empty();
    collect(output_);
    output_.appended();
    if (was_empty) last_write_ms_ = loop_->tick_ms();
    if (!output_.empty() && !waiting_writable_) write_out();
    if (closing() || !wants_more()) break;
    handling_ = true;
    const bool resumed = on_resume();
    handling_ = false;
    if (!resumed) break;
  }
  flushing_ = false;
  if (closed_) return;
  on_flushed();
  if (close_when_flushed_ && output_.empty()) return linger();
  if (wants_more()) wait_readable();
}

void TcpSession::linger() {
  if (lingering_) return;
  if (ended_) return close("answered, and the peer sends no more");
  boost::system::error_code ignored;
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
  lingering_ = true;
  lingering_since_ms_ = loop_->tick_ms();
  read_over();
}

void TcpSession::read_over() {
  const std::span<char> space = loop_->arena().space();
  boost::system::error_code error;
  socket_.read_some(boost::asio::buffer(space.data(), space.size()), error);
  if (!error || error == boost::asio::error::would_block) return wait_readable();
  close("answered, as agreed");
}

bool TcpSession::tick_lingering(int64_t now_ms) {
  constexpr int64_t lingering_ms_max = 2000;
  if (!lingering_) return false;
  if (now_ms - lingering_since_ms_ > lingering_ms_max) close("the peer sends on after the last answer");
  return true;
}

void TcpSession::write_out() {
  std::array<ByteView, gather_views_max> views;
  std::array<boost::asio::const_buffer, gather_views_max> buffers;
  while (!output_.empty()) {
    const std::size_t filled = output_.front(views);
    boost::system::error_code error;
    std::size_t count;
    if (filled == 1) {
      count = socket_.write_some(boost::asio::buffer(views[0].data(), views[0].size()), error);
    } else {
      for (std::size_t i = 0; i < filled; ++i) buffers[i] = boost::asio::buffer(views[i].data(), views[i].size());
      count = socket_.write_some(std::span(buffers).first(filled), error);
    }
    if (error == boost::asio::error::would_block || error == boost::asio::error::try_again) {
      return wait_writable();
    }
    if (error) return close(error.message());
    last_write_ms_ = loop_->tick_ms();
    output_.consume(count);
  }
}

void TcpSession::wait_writable() {
  if (waiting_writable_) return;
  waiting_writable_ = true;
  socket_.async_wait(TcpSocket::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
    self->waiting_writable_ = false;
    if (!error) self->flush();
  });
}

}  // namespace azud::io
