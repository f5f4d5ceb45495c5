#include "io/net/websocket_session.h"

#include <algorithm>
#include <deque>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "base/logging.h"
#include "base/thread_annotations.h"

namespace azud::io {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

using Stream = websocket::stream<TcpSocket>;
using Handshake = beast::http::request<beast::http::empty_body>;
using ErrorCode = boost::system::error_code;

constexpr std::size_t close_reason_bytes_max = 123;
constexpr std::size_t read_bytes_max = 64 << 10;

Handshake handshake_of(const HttpRequest& request) {
  Handshake handshake;
  handshake.method(beast::http::verb::get);
  handshake.target({request.target().data(), request.target().size()});
  handshake.version(11);
  for (const HttpHeader& header : request.headers()) {
    handshake.insert({header.name.data(), header.name.size()}, {header.value.data(), header.value.size()});
  }
  return handshake;
}

/// The first protocol offered here that the client names too; "" if none.
std::string choose_protocol(const HttpRequest& request, const std::vector<std::string>& offered) {
  const std::string_view wanted = request.header("sec-websocket-protocol").value_or("");
  for (const std::string& protocol : offered) {
    std::string_view left = wanted;
    while (!left.empty()) {
      const std::size_t comma = left.find(',');
      std::string_view name = left.substr(0, comma);
      while (name.starts_with(' ')) name.remove_prefix(1);
      while (name.ends_with(' ')) name.remove_suffix(1);
      if (name == protocol) return protocol;
      left.remove_prefix(comma == std::string_view::npos ? left.size() : comma + 1);
    }
  }
  return {};
}

class BeastWebSocket final : public ServerWebSocket, public std::enable_shared_from_this<BeastWebSocket> {
 public:
  BeastWebSocket(const HttpRequest& request, const WebSocketOptions& options, std::shared_ptr<Loop> loop,
                 std::shared_ptr<SessionSet> set)
      : loop_(std::move(loop)),
        set_(std::move(set)),
        options_(options),
        peer_(request.peer_address()),
        handshake_(handshake_of(request)),
        protocol_(choose_protocol(request, options.protocols)) {}

  void send_text(std::string text) override { queue({SharedBytes::own(std::move(text)), true}); }
  void send_binary(std::string bytes) override { queue({SharedBytes::own(std::move(bytes)), false}); }
  void send_shared_text(SharedBytes text) override { queue({std::move(text), true}); }
  std::size_t queued_bytes() const override;
  void close(uint16_t code, std::string_view reason) override;
  const std::string& peer_address() const override { return peer_; }

  void start(TcpSocket socket, std::shared_ptr<WebSocketHandler> handler) override;
  void on_tick(int64_t) override {}  // Beast keeps its own timers
  void on_loop_stop() override { finish("the server stops"); }

 private:
  struct Message {
    SharedBytes bytes;
    bool is_text = true;
  };

  void queue(Message message);
  void account() AZUD_REQUIRES(mutex_);
  void on_accepted(const ErrorCode& error);
  void read_next();
  void on_read(const ErrorCode& error);
  void write_next();
  void on_written(const ErrorCode& error);
  void finish(std::string_view why);

  const std::shared_ptr<Loop> loop_;  // outlives stream_
  const std::shared_ptr<SessionSet> set_;
  const WebSocketOptions options_;
  const std::string peer_;

  // Loop thread.
  const Handshake handshake_;
  const std::string protocol_;
  std::optional<Stream> stream_;
  std::shared_ptr<WebSocketHandler> handler_;
  beast::flat_buffer received_;
  Message writing_;
  bool open_ = false;
  bool is_writing_ = false;
  bool finished_ = false;

  mutable Mutex mutex_;
  std::deque<Message> queue_ AZUD_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ AZUD_GUARDED_BY(mutex_) = 0;              ///< in queue_ and writing_
  std::size_t received_bytes_ AZUD_GUARDED_BY(mutex_) = 0;            ///< of a message whose end is missing
  std::unique_ptr<HeldMemory::Share> share_ AZUD_GUARDED_BY(mutex_);  ///< from the first byte held to the end
  std::optional<websocket::close_reason> close_wanted_ AZUD_GUARDED_BY(mutex_);
  bool wake_posted_ AZUD_GUARDED_BY(mutex_) = false;
  bool gone_ AZUD_GUARDED_BY(mutex_) = false;
};

std::size_t BeastWebSocket::queued_bytes() const {
  MutexLock lock(mutex_);
  return queued_bytes_;
}

void BeastWebSocket::queue(Message message) {
  bool too_slow = false;
  {
    MutexLock lock(mutex_);
    if (gone_ || close_wanted_) return;
    queued_bytes_ += message.bytes.size();
    too_slow = queued_bytes_ > options_.queue_bytes_max;
    if (too_slow) {
      gone_ = true;
      queue_.clear();
    } else {
      queue_.push_back(std::move(message));
      account();
      if (std::exchange(wake_posted_, true)) return;
    }
  }
  loop_->post([self = shared_from_this(), too_slow] {
    if (too_slow) return self->finish("the client reads too slowly");
    self->write_next();
  });
}

void BeastWebSocket::account() {
  const std::size_t bytes = queued_bytes_ + received_bytes_;
  if (share_ == nullptr) {
    if (bytes == 0 || gone_) return;
    auto cut = [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->loop_->post([self] { self->finish("too much is held for clients that do not go on"); });
    };
    share_ = std::make_unique<HeldMemory::Share>(set_->memory(), peer_.substr(0, peer_.rfind(':')), std::move(cut));
  }
  share_->hold(bytes, bytes == 0);
}

void BeastWebSocket::close(uint16_t code, std::string_view reason) {
  {
    MutexLock lock(mutex_);
    if (gone_ || close_wanted_) return;
    reason = reason.substr(0, close_reason_bytes_max);
    close_wanted_.emplace(static_cast<websocket::close_code>(code), beast::string_view(reason.data(), reason.size()));
  }
  loop_->post([self = shared_from_this()] { self->write_next(); });
}

void BeastWebSocket::start(TcpSocket socket, std::shared_ptr<WebSocketHandler> handler) {
  handler_ = std::move(handler);
  loop_->add_member(*this);
  stream_.emplace(std::move(socket));
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = std::chrono::seconds(10);
  timeout.idle_timeout = std::chrono::milliseconds(options_.idle_timeout_ms);
  timeout.keep_alive_pings = true;
  stream_->set_option(timeout);
  websocket::permessage_deflate deflate;
  deflate.server_enable = options_.deflate;
  stream_->set_option(deflate);
  stream_->read_message_max(options_.message_bytes_max);
  if (!protocol_.empty()) {
    stream_->set_option(websocket::stream_base::decorator([protocol = protocol_](websocket::response_type& response) {
      response.set(beast::http::field::sec_websocket_protocol, protocol);
    }));
  }
  stream_->async_accept(handshake_, [self = shared_from_this()](const ErrorCode& error) { self->on_accepted(error); });
}

void BeastWebSocket::on_accepted(const ErrorCode& error) {
  if (error) return finish(error.message());
  open_ = true;
  write_next();
  read_next();
}

void BeastWebSocket::read_next() {
  if (finished_) return;
  stream_->async_read_some(received_, read_bytes_max,
                           [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->on_read(error); });
}

void BeastWebSocket::on_read(const ErrorCode& error) {
  if (finished_) return;
  if (error) return finish(error.message());
  const bool whole = stream_->is_message_done();
  {
    MutexLock lock(mutex_);
    received_bytes_ = whole ? 0 : received_.capacity();
    account();
  }
  if (!whole) return read_next();
  const auto data = received_.cdata();
  const auto handler = handler_;  // on_message may end the session
  handler->on_message({static_cast<const char*>(data.data()), data.size()}, stream_->got_text());
  received_.consume(received_.size());
  read_next();
}

void BeastWebSocket::write_next() {
  std::optional<websocket::close_reason> last;
  {
    MutexLock lock(mutex_);
    wake_posted_ = false;
    if (!open_ || is_writing_ || finished_) return;
    if (!queue_.empty()) {
      writing_ = std::move(queue_.front());
      queue_.pop_front();
    } else if (close_wanted_ && !gone_) {
      gone_ = true;
      last = close_wanted_;
    } else {
      return;
    }
  }
  is_writing_ = true;
  if (last) {
    stream_->async_close(*last, [self = shared_from_this()](const ErrorCode&) { self->finish("closed from here"); });
    return;
  }
  stream_->text(writing_.is_text);
  stream_->async_write(boost::asio::const_buffer(writing_.bytes.data(), writing_.bytes.size()),
                       [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->on_written(error); });
}

void BeastWebSocket::on_written(const ErrorCode& error) {
  is_writing_ = false;
  {
    MutexLock lock(mutex_);
    queued_bytes_ -= writing_.bytes.size();
    account();
  }
  writing_ = {};
  if (finished_) return;
  if (error) return finish(error.message());
  write_next();
}

void BeastWebSocket::finish(std::string_view why) {
  if (!stream_ || std::exchange(finished_, true)) return;  // refused before it began, or over
  const auto self = shared_from_this();
  log_debug("io: websocket of {} closed: {}", peer_, why);
  std::unique_ptr<HeldMemory::Share> share;  // goes without the lock
  {
    MutexLock lock(mutex_);
    gone_ = true;
    queue_.clear();
    queued_bytes_ = is_writing_ ? writing_.bytes.size() : 0;
    share = std::move(share_);
  }
  loop_->remove_member(*this);
  set_->remove(*loop_, *this);
  ErrorCode ignored;
  stream_->next_layer().close(ignored);
  std::exchange(handler_, nullptr)->on_close();
}

}  // namespace

std::shared_ptr<ServerWebSocket> make_websocket(const HttpRequest& request, const WebSocketOptions& options,
                                                std::shared_ptr<Loop> loop, std::shared_ptr<SessionSet> set) {
  return std::make_shared<BeastWebSocket>(request, options, std::move(loop), std::move(set));
}

bool origin_is_allowed(const HttpRequest& request, const WebSocketOptions& options) {
  const auto origin = request.header("origin");
  if (!origin) return true;
  for (const std::string& allowed : options.origins) {
    if (allowed == "*" || same_header_name(allowed, *origin)) return true;
  }
  const std::size_t scheme = origin->find("://");
  return scheme != std::string_view::npos &&
         same_header_name(origin->substr(scheme + 3), request.header("host").value_or(""));
}

}  // namespace azud::io
