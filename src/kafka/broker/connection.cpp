#include "kafka/broker/connection.h"

#include <utility>

#include "base/endian.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/handlers.h"
#include "kafka/wire/api_key.h"

namespace azud::kafka {
namespace {

bool is_produce(const SharedBytes& frame) {
  return frame.size() >= 2 && load_big<int16_t>(frame.data()) == static_cast<int16_t>(ApiKey::produce);
}

/// For a request that may wait long: a few bytes do not keep the block alive that they came in with others.
SharedBytes by_itself(SharedBytes frame) {
  constexpr std::size_t copied_bytes_max = 16 << 10;
  return frame.size() > copied_bytes_max ? std::move(frame) : SharedBytes::own(std::string(frame.view()));
}

/// A client of IPv4 on a listener of both stacks is told the IPv4 address.
io::Address used_address(const std::string& local) {
  constexpr std::string_view mapped = "::ffff:";
  auto address = io::Address::parse(local);
  if (!address) return {"localhost", 9092};
  if (address->host.starts_with(mapped)) address->host.erase(0, mapped.size());
  return *std::move(address);
}

}  // namespace

Reply::~Reply() {
  if (connection_ != nullptr) close("a request was not answered");
}

void Reply::send(std::vector<SharedBytes> pieces) {
  const auto connection = std::exchange(connection_, nullptr);
  if (const auto frames = connection->connection_.lock()) frames->reply(sequence_, std::move(pieces));
  connection->finished();
}

void Reply::none() {
  const auto connection = std::exchange(connection_, nullptr);
  if (const auto frames = connection->connection_.lock()) frames->reply_none(sequence_);
  connection->finished();
}

void Reply::close(std::string_view reason) {
  const auto connection = std::exchange(connection_, nullptr);
  if (const auto frames = connection->connection_.lock()) frames->close(reason);
  connection->finished();
}

Connection::Connection(std::shared_ptr<Broker> broker, const io::FrameConnectionPtr& connection)
    : broker_(std::move(broker)),
      connection_(connection),
      peer_(connection->peer_address()),
      advertised_(broker_->options.advertised ? *broker_->options.advertised
                                              : used_address(connection->local_address())) {}

void Connection::arrive(uint64_t sequence, SharedBytes frame) {
  {
    const MutexLock lock(mutex_);
    if (closed_) return;
    waiting_.push_back({sequence, std::move(frame)});
    if (!pumping_ && !may_start()) waiting_.back().frame = by_itself(std::move(waiting_.back().frame));
    if (pumping_) return;
    pumping_ = true;
  }
  pump();
}

bool Connection::may_start() const {
  if (closed_ || waiting_.empty()) return false;
  return running_ == 0 || (running_produce_ && is_produce(waiting_.front().frame));
}

bool Connection::take_next(Waiting& next) {
  const MutexLock lock(mutex_);
  if (!may_start()) {
    pumping_ = false;
    return false;
  }
  next = std::move(waiting_.front());
  waiting_.pop_front();
  ++running_;
  running_produce_ = is_produce(next.frame);
  return true;
}

void Connection::pump() {
  const auto pass = broker_->gate.enter();
  Waiting next;
  while (take_next(next)) {
    Reply reply(shared_from_this(), next.sequence);
    if (!pass) return reply.close("azud is stopping");
    dispatch(broker_, std::move(reply), std::move(next.frame));
  }
}

void Connection::finished() {
  {
    const MutexLock lock(mutex_);
    --running_;
    if (pumping_ || !may_start()) return;
    pumping_ = true;
  }
  // Not here: this may be the journal's thread, or deep inside a handler.
  broker_->loops.post([self = shared_from_this()] { self->pump(); });
}

void Connection::closed() {
  UniqueFunction<void()> cancel;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    waiting_.clear();
    cancel = std::move(cancel_);
  }
  if (cancel) cancel();
}

void Connection::set_cancel(UniqueFunction<void()> cancel) {
  {
    const MutexLock lock(mutex_);
    if (!closed_) {
      cancel_.swap(cancel);
      return;  // the one before goes after the lock
    }
  }
  if (cancel) cancel();
}

}  // namespace azud::kafka
