#include "connect/http/record_appender.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <vector>

#include "kafka/wire/batch_builder.h"
#include "log/topic.h"

namespace azud::connect {
namespace {

/// Lanes of partitions that have nothing waiting are dropped when there are more than this.
constexpr std::size_t lanes_kept_max = 256;

/// More than a record's length, timestamp and offset take.
constexpr std::size_t record_overhead_bytes = 32;
constexpr std::size_t header_overhead_bytes = 10;

struct Record {
  std::optional<ByteView> key;
  ByteView value;
  std::span<const kafka::HeaderView> headers;

  /// At most so many in the batch.
  std::size_t bytes() const {
    std::size_t sum = record_overhead_bytes + value.size() + (key ? key->size() : 0);
    for (const auto& header : headers) {
      sum += header_overhead_bytes + header.key.size() + (header.value ? header.value->size() : 0);
    }
    return sum;
  }
};

struct Batch {
  SharedBytes bytes;
  std::vector<RecordAppender::Done> done;  ///< one for each record
};

}  // namespace

/// What waits for one partition.
class RecordAppender::Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(log::Log& log, io::EventLoops& loops, log::PartitionPtr partition, const RecordAppenderOptions& options)
      : log_(log), loops_(loops), partition_(std::move(partition)), options_(options) {}

  void append(TimestampMs now, std::size_t message_bytes_max, const Record& record, Done done);
  bool is_idle();
  /// The log is not called any more after this has returned.
  void stop();

 private:
  /// Takes record and `done`, or says why not, and then `done` is not taken.
  Status accept(TimestampMs now, std::size_t message_bytes_max, const Record& record, Done& done);
  void close_batch() AZUD_REQUIRES(mutex_);
  /// Gives all that waits to the log. Under the lock, so that batches cannot overtake one another.
  void send() AZUD_REQUIRES(mutex_);
  void on_appended(const Result<log::Appended>& appended, std::vector<Done>& done);

  log::Log& log_;
  io::EventLoops& loops_;
  const log::PartitionPtr partition_;
  const RecordAppenderOptions options_;

  Mutex mutex_;
  kafka::BatchBuilder builder_ AZUD_GUARDED_BY(mutex_);
  std::vector<Done> done_ AZUD_GUARDED_BY(mutex_);    ///< of the records in builder_
  std::deque<Batch> closed_ AZUD_GUARDED_BY(mutex_);  ///< batches before builder_'s
  std::size_t closed_bytes_ AZUD_GUARDED_BY(mutex_) = 0;
  std::size_t on_the_way_ AZUD_GUARDED_BY(mutex_) = 0;  ///< batches given to the log and not answered
  bool stopped_ AZUD_GUARDED_BY(mutex_) = false;
};

void RecordAppender::Lane::append(TimestampMs now, std::size_t message_bytes_max, const Record& record, Done done) {
  Status accepted = accept(now, message_bytes_max, record, done);
  if (accepted) return;
  loops_.post([callback = std::move(done), why = std::move(accepted).error()]() mutable {
    callback(std::unexpected(std::move(why)));
  });
}

Status RecordAppender::Lane::accept(TimestampMs now, std::size_t message_bytes_max, const Record& record, Done& done) {
  const std::size_t bytes = record.bytes();
  if (kafka::batch_header_bytes + bytes > message_bytes_max) {
    return fail(Code::invalid, "the message is larger than the topic's max.message.bytes, {}", message_bytes_max);
  }
  MutexLock lock(mutex_);
  if (stopped_) return fail(Code::cancelled, "the ingress stops");
  if (closed_bytes_ + builder_.size() + bytes > options_.waiting_bytes_max) {
    return fail(Code::unavailable, "too much waits to be written");
  }
  const std::size_t batch_bytes_max = std::min(options_.batch_bytes_max, message_bytes_max);
  if (!builder_.empty() && builder_.size() + bytes > batch_bytes_max) close_batch();
  builder_.add(now, record.key, record.value, record.headers);
  done_.push_back(std::move(done));
  if (on_the_way_ == 0) send();
  return {};
}

void RecordAppender::Lane::close_batch() {
  Batch& batch = closed_.emplace_back();
  batch.bytes = builder_.finish();
  batch.done.swap(done_);
  closed_bytes_ += batch.bytes.size();
}

void RecordAppender::Lane::send() {
  if (!builder_.empty()) close_batch();
  for (Batch& batch : closed_) {
    // On the journal's thread, which has better things to do than to answer.
    auto hand_on = [self = shared_from_this(), done = std::move(batch.done)](Result<log::Appended> appended) mutable {
      io::EventLoops& loops = self->loops_;
      loops.post([lane = std::move(self), result = std::move(appended), waiting = std::move(done)]() mutable {
        lane->on_appended(result, waiting);
      });
    };
    ++on_the_way_;
    log_.append(partition_, std::move(batch.bytes), std::move(hand_on));
  }
  closed_.clear();
  closed_bytes_ = 0;
}

void RecordAppender::Lane::on_appended(const Result<log::Appended>& appended, std::vector<Done>& done) {
  {
    MutexLock lock(mutex_);
    if (--on_the_way_ == 0 && !stopped_) send();
  }
  Result<log::Offset> offset = log::Offset();
  if (!appended) offset = std::unexpected(appended.error());
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (appended) offset = appended->base + static_cast<int64_t>(i);
    done[i](offset);
  }
}

void RecordAppender::Lane::stop() {
  std::deque<Batch> closed;
  std::vector<Done> done;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    closed.swap(closed_);
    done.swap(done_);
  }
  const Result<log::Offset> error = fail(Code::cancelled, "the ingress stops");
  for (Batch& batch : closed) std::move(batch.done.begin(), batch.done.end(), std::back_inserter(done));
  for (Done& each : done) each(error);
}

bool RecordAppender::Lane::is_idle() {
  MutexLock lock(mutex_);
  return on_the_way_ == 0 && builder_.empty();
}

RecordAppender::RecordAppender(log::Log& log, const io::Clock& clock, io::EventLoops& loops,
                               RecordAppenderOptions options)
    : log_(log), clock_(clock), loops_(loops), options_(options) {}

RecordAppender::~RecordAppender() { stop(); }

void RecordAppender::stop() {
  std::vector<std::shared_ptr<Lane>> lanes;
  {
    MutexLock lock(mutex_);
    for (const auto& [partition, lane] : lanes_) lanes.push_back(lane);
    lanes_.clear();
    stopped_ = true;
  }
  for (const auto& lane : lanes) lane->stop();
}

std::shared_ptr<RecordAppender::Lane> RecordAppender::lane_of(const log::PartitionPtr& partition) {
  MutexLock lock(mutex_);
  if (stopped_) return nullptr;
  const auto found = lanes_.find(partition.get());
  if (found != lanes_.end()) return found->second;
  if (lanes_.size() >= lanes_kept_max) {
    std::erase_if(lanes_, [](const auto& lane) { return lane.second.use_count() == 1 && lane.second->is_idle(); });
  }
  return lanes_.emplace(partition.get(), std::make_shared<Lane>(log_, loops_, partition, options_)).first->second;
}

void RecordAppender::append(const log::TopicView& topic, std::size_t partition, std::optional<ByteView> key,
                            ByteView value, std::span<const kafka::HeaderView> headers, Done done) {
  const auto message_bytes_max = static_cast<std::size_t>(topic.topic->config().max_message_bytes);
  const auto lane = lane_of(topic.partitions[partition]);
  if (!lane) return done(fail(Code::cancelled, "the ingress stops"));
  lane->append(clock_.wall_ms(), message_bytes_max, {key, value, headers}, std::move(done));
}

}  // namespace azud::connect
