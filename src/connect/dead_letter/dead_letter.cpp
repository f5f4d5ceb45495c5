#include "connect/dead_letter/dead_letter.h"

#include <cctype>
#include <future>

#include "kafka/wire/batch_builder.h"

namespace azud::connect {
namespace {

constexpr std::size_t batch_bytes_max = 1 << 20;

/// The headers of one letter; keeps their texts.
class Headers {
 public:
  Headers(const DeadLetter& letter, TimestampMs now) {
    texts_.reserve(7);
    add("azud.reason", letter.reason);
    add("azud.source", letter.source);
    add("azud.topic", letter.topic);
    if (letter.partition >= 0) add("azud.partition", std::to_string(letter.partition));
    if (letter.offset >= 0) add("azud.offset", std::to_string(letter.offset));
    if (letter.timestamp >= 0) add("azud.timestamp", std::to_string(letter.timestamp));
    add("azud.time", std::to_string(now));
  }
  std::span<const kafka::HeaderView> views() const { return views_; }

 private:
  void add(ByteView key, std::string text) {
    texts_.push_back(std::move(text));
    views_.push_back({key, texts_.back()});
  }
  std::vector<std::string> texts_;
  std::vector<kafka::HeaderView> views_;
};

std::optional<ByteView> view_of(const std::optional<SharedBytes>& bytes) {
  if (!bytes) return std::nullopt;
  return bytes->view();
}

}  // namespace

std::string DeadLetters::topic_of(std::string_view topic) {
  constexpr std::string_view suffix = ".dlq";
  constexpr std::size_t name_bytes_max = 249;
  std::string out(topic.substr(0, name_bytes_max - suffix.size()));
  for (char& c : out) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
    if (!allowed || static_cast<unsigned char>(c) >= 0x80) c = '_';
  }
  return out.append(suffix);
}

std::vector<SharedBytes> DeadLetters::encode(std::span<const DeadLetter> letters) const {
  const TimestampMs now = clock_.wall_ms();
  std::vector<SharedBytes> batches;
  kafka::BatchBuilder builder;
  for (const DeadLetter& letter : letters) {
    builder.add(now, view_of(letter.key), view_of(letter.value), Headers(letter, now).views());
    if (builder.size() >= batch_bytes_max) batches.push_back(builder.finish());
  }
  if (!builder.empty()) batches.push_back(builder.finish());
  return batches;
}

void DeadLetters::partition_of(std::string_view topic, PartitionDone done) const {
  const std::string name = topic_of(topic);
  if (const log::TopicPtr found = log_.find_topic(name)) return done(found->partitions.front());
  log_.create_topic(name, 1, {}, [&log = log_, name, done = std::move(done)](Status made) mutable {
    if (!made && made.error().code() != Code::already_exists)
      return done(std::unexpected(std::move(made).error().with_context("topic for dead letters")));
    const log::TopicPtr found = log.find_topic(name);
    if (!found) return done(fail(Code::unavailable, "topic {} was deleted while it was made", name));
    done(found->partitions.front());
  });
}

Status DeadLetters::add_to(log::WriteBatch& commit, std::string_view topic, std::span<const DeadLetter> letters) const {
  if (letters.empty()) return {};
  std::promise<Result<log::PartitionPtr>> found;
  partition_of(topic, [&found](Result<log::PartitionPtr> partition) { found.set_value(std::move(partition)); });
  TRY_ASSIGN(const log::PartitionPtr partition, found.get_future().get());
  for (SharedBytes& batch : encode(letters)) commit.append(partition, std::move(batch));
  return {};
}

}  // namespace azud::connect
