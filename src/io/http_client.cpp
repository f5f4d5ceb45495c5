#include "io/http_client.h"

#include <algorithm>
#include <charconv>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/thread_annotations.h"
#include "io/address.h"
#include "io/net/http_client_session.h"

namespace azud::io {

namespace asio = boost::asio;

namespace {

using Resolver = asio::ip::basic_resolver<asio::ip::tcp, LoopExecutor>;

void append_request(std::string& out, const HttpClientRequest& request, std::string_view host) {
  out += to_string(request.method);
  out += ' ';
  out += request.target;
  out += " HTTP/1.1\r\nHost: ";
  out += host;
  out += "\r\n";
  if (!request.content_type.empty()) {
    out += "Content-Type: ";
    out += request.content_type;
    out += "\r\n";
  }
  if (!request.body.empty() || request.method == HttpMethod::post || request.method == HttpMethod::put) {
    char digits[20];
    out += "Content-Length: ";
    out.append(digits, std::to_chars(digits, digits + sizeof digits, request.body.size()).ptr);
    out += "\r\n";
  }
  for (const HttpHeader& header : request.headers) {
    out += header.name;
    out += ": ";
    out += header.value;
    out += "\r\n";
  }
  out += "\r\n";
  out += request.body;
}

}  // namespace

std::optional<std::string_view> HttpClientResponse::header(std::string_view name) const {
  for (const HttpHeader& each : headers) {
    if (same_header_name(each.name, name)) return each.value;
  }
  return std::nullopt;
}

/// What stays of a connection while sockets come and go: the waiting requests and the back-off.
class HttpClient::Channel final : public HttpClientSession::Owner, public std::enable_shared_from_this<Channel> {
 public:
  Channel(std::shared_ptr<Loop> loop, Address address, const HttpClientOptions& options)
      : loop_(std::move(loop)),
        address_(std::move(address)),
        host_(address_.to_text()),
        options_(options),
        backoff_ms_(options.backoff_ms_min) {}

  void request(const HttpClientRequest& request, Callback done);
  void stop();

  std::optional<PendingRequest> next_request(std::string& out) override;
  void on_session_closed(std::string_view reason, SlotRing<PendingRequest>& unanswered) override;

 private:
  enum class State : uint8_t { idle, connecting, connected, waiting };

  /// Takes the request and `done`, or says why not, and then `done` is not taken.
  Status queue(const HttpClientRequest& request, Callback& done);
  void wake();
  void work();
  void connect();
  void connect_to(const std::vector<asio::ip::tcp::endpoint>& endpoints, uint64_t attempt);
  void give_up_connecting();
  void on_connected(TcpSocket socket);
  void on_connect_failed(std::string_view reason);
  void fail_waiting(Code code, std::string_view reason);
  bool has_waiting();

  const std::shared_ptr<Loop> loop_;
  const Address address_;
  const std::string host_;
  const HttpClientOptions options_;

  // Loop thread.
  State state_ = State::idle;
  std::shared_ptr<HttpClientSession> session_;
  std::unique_ptr<Resolver> resolver_;
  std::shared_ptr<TcpSocket> connecting_;  ///< also of its connect operation, which looks at it to its end
  uint64_t attempt_ = 0;
  int64_t backoff_ms_;
  Timer timer_;

  Mutex mutex_;
  std::string text_ AZUD_GUARDED_BY(mutex_);  ///< the waiting requests, one after the other
  std::size_t text_begin_ AZUD_GUARDED_BY(mutex_) = 0;
  SlotRing<PendingRequest> waiting_ AZUD_GUARDED_BY(mutex_);
  bool wake_posted_ AZUD_GUARDED_BY(mutex_) = false;
  bool stopped_ AZUD_GUARDED_BY(mutex_) = false;
};

void HttpClient::Channel::request(const HttpClientRequest& request, Callback done) {
  Status taken = queue(request, done);
  if (taken) return wake();
  loop_->post([why = std::move(taken).error(), callback = std::move(done)]() mutable {
    callback(std::unexpected(std::move(why)));
  });
}

Status HttpClient::Channel::queue(const HttpClientRequest& request, Callback& done) {
  MutexLock lock(mutex_);
  if (stopped_) return fail(Code::cancelled, "{}: the client has stopped", host_);
  if (waiting_.size() >= options_.queue_max) {
    return fail(Code::unavailable, "{}: too many requests wait for the connection", host_);
  }
  const std::size_t before = text_.size();
  append_request(text_, request, host_);
  PendingRequest& pending = waiting_.emplace_back();
  pending.done = std::move(done);
  pending.bytes = text_.size() - before;
  pending.without_body = request.method == HttpMethod::head;
  return {};
}

void HttpClient::Channel::wake() {
  if (loop_->in_this_thread() && session_) return session_->request_flush();
  {
    MutexLock lock(mutex_);
    if (std::exchange(wake_posted_, true)) return;
  }
  loop_->post([self = shared_from_this()] { self->work(); });
}

void HttpClient::Channel::work() {
  {
    MutexLock lock(mutex_);
    wake_posted_ = false;
    if (stopped_) return;
  }
  if (state_ == State::idle && has_waiting()) connect();
  if (state_ == State::connected) session_->request_flush();
}

bool HttpClient::Channel::has_waiting() {
  MutexLock lock(mutex_);
  return !waiting_.empty();
}

std::optional<PendingRequest> HttpClient::Channel::next_request(std::string& out) {
  MutexLock lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  PendingRequest request = std::move(waiting_.front());
  waiting_.pop_front();
  out.append(text_, text_begin_, request.bytes);
  text_begin_ += request.bytes;
  if (waiting_.empty()) {
    text_.clear();
    text_begin_ = 0;
  } else if (text_begin_ > (64 << 10) && text_begin_ > text_.size() / 2) {
    text_.erase(0, text_begin_);
    text_begin_ = 0;
  }
  return request;
}

void HttpClient::Channel::connect() {
  state_ = State::connecting;
  const uint64_t attempt = ++attempt_;
  timer_ = loop_->after(std::chrono::milliseconds(options_.connect_timeout_ms), [self = shared_from_this(), attempt] {
    if (attempt == self->attempt_) self->on_connect_failed("no connection in time");
  });
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(address_.host, error);
  if (!error) return connect_to({{literal, address_.port}}, attempt);
  resolver_ = std::make_unique<Resolver>(loop_->context().get_executor());
  resolver_->async_resolve(address_.host, std::to_string(address_.port),
                           [self = shared_from_this(), attempt](const boost::system::error_code& failed,
                                                                const Resolver::results_type& results) {
                             if (attempt != self->attempt_) return;
                             if (failed) return self->on_connect_failed(failed.message());
                             self->connect_to({results.begin(), results.end()}, attempt);
                           });
}

void HttpClient::Channel::connect_to(const std::vector<asio::ip::tcp::endpoint>& endpoints, uint64_t attempt) {
  connecting_ = std::make_shared<TcpSocket>(loop_->context().get_executor());
  asio::async_connect(
      *connecting_, endpoints,
      [self = shared_from_this(), socket = connecting_, attempt](const boost::system::error_code& error, const auto&) {
        if (attempt != self->attempt_) return;
        if (error) return self->on_connect_failed(error.message());
        self->on_connected(std::move(*socket));
      });
}

void HttpClient::Channel::give_up_connecting() {
  ++attempt_;
  if (!connecting_) return;
  boost::system::error_code ignored;
  connecting_->close(ignored);
  connecting_.reset();
}

void HttpClient::Channel::on_connected(TcpSocket socket) {
  timer_.cancel();
  connecting_.reset();
  state_ = State::connected;
  backoff_ms_ = options_.backoff_ms_min;
  loop_->shorten_tick(std::chrono::milliseconds(std::clamp<int64_t>(options_.request_timeout_ms / 4, 1, 1000)));
  session_ = std::make_shared<HttpClientSession>(loop_, std::move(socket), shared_from_this(), options_);
  session_->open();
  session_->request_flush();
}

void HttpClient::Channel::on_connect_failed(std::string_view reason) {
  give_up_connecting();
  state_ = State::waiting;
  timer_ = loop_->after(std::chrono::milliseconds(backoff_ms_), [self = shared_from_this()] {
    self->state_ = State::idle;
    self->work();
  });
  backoff_ms_ = std::min(backoff_ms_ * 2, options_.backoff_ms_max);
  fail_waiting(Code::unavailable, reason);
}

void HttpClient::Channel::fail_waiting(Code code, std::string_view reason) {
  SlotRing<PendingRequest> failed;
  {
    MutexLock lock(mutex_);
    std::swap(failed, waiting_);
    text_.clear();
    text_begin_ = 0;
  }
  const Result<HttpClientResponse> error = fail(code, "{}: {}", host_, reason);
  for (; !failed.empty(); failed.pop_front()) failed.front().done(error);
}

void HttpClient::Channel::on_session_closed(std::string_view reason, SlotRing<PendingRequest>& unanswered) {
  session_.reset();
  state_ = State::idle;
  bool stopped;
  {
    MutexLock lock(mutex_);
    stopped = stopped_;
  }
  const Result<HttpClientResponse> error = fail(stopped ? Code::cancelled : Code::unavailable, "{}: {}", host_, reason);
  for (; !unanswered.empty(); unanswered.pop_front()) unanswered.front().done(error);
  // Requests not sent yet go to the next connection.
  if (!stopped && has_waiting()) wake();
}

void HttpClient::Channel::stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  loop_->run_and_wait([this] {
    give_up_connecting();
    timer_.cancel();
    resolver_.reset();
    if (session_) std::shared_ptr(session_)->on_loop_stop();
    fail_waiting(Code::cancelled, "the client stops");
  });
}

HttpClient::HttpClient() = default;

HttpClient::~HttpClient() { stop(); }

Result<std::unique_ptr<HttpClient>> HttpClient::create(EventLoops& loops, std::string_view address,
                                                       std::size_t connections, HttpClientOptions options) {
  TRY_ASSIGN(const Address parsed, Address::parse(address));
  if (parsed.host.empty()) return fail(Code::invalid, "a client needs a host to connect to; found '{}'", address);
  std::unique_ptr<HttpClient> client(new HttpClient);
  for (std::size_t i = 0; i < connections; ++i) {
    client->channels_.push_back(std::make_shared<Channel>(loops.next_loop(), parsed, options));
  }
  return client;
}

void HttpClient::request(std::size_t connection, const HttpClientRequest& request, Callback done) {
  channels_[connection]->request(request, std::move(done));
}

void HttpClient::stop() {
  for (const auto& channel : channels_) channel->stop();
}

}  // namespace azud::io
