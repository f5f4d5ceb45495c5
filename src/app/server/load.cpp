#include "app/server/load.h"

#include <charconv>
#include <fstream>
#include <future>
#include <memory>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "base/logging.h"
#include "kafka/wire/batch_builder.h"
#include "kafka/wire/partitioner.h"

namespace azud::app {
namespace {

constexpr std::string_view progress_table = "load";
constexpr std::string_view done_mark = "done";
constexpr std::size_t commit_bytes = 4 << 20;

/// A JSON object a line, its key taken from one of its fields.
class FileSource final : public simulate::EventSource {
 public:
  FileSource(std::ifstream file, std::string name, std::string topic, std::string key_field)
      : file_(std::move(file)), name_(std::move(name)), topic_(std::move(topic)), key_field_(std::move(key_field)) {}

  std::span<const std::string> topics() const override { return {&topic_, 1}; }
  uint32_t key_slots() const override { return 1; }
  double nominal_rate() const override { return 0; }

  bool next(simulate::Event& event) override {
    if (failure_ || !std::getline(file_, line_)) return false;
    ++number_;
    if (!key_field_.empty() && !read_key()) return false;
    event = {.key = key_, .value = line_};
    return true;
  }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  bool read_key() {
    const auto object = nests_too_deep(line_) ? nlohmann::json() : nlohmann::json::parse(line_, nullptr, false);
    if (!object.is_object() || !object.contains(key_field_)) {
      failure_ = Error(Code::invalid, fmt::format("{}:{}: a JSON object with the field \"{}\" is expected", name_,
                                                  number_, key_field_));
      return false;
    }
    const auto& field = object[key_field_];
    key_ = field.is_string() ? field.get<std::string>() : field.dump();
    return true;
  }

  std::ifstream file_;
  std::string name_, topic_, key_field_, line_, key_;
  std::size_t number_ = 0;
  std::optional<Error> failure_;
};

/// Gathers records of one topic and commits them with the count reached.
class Loader {
 public:
  Loader(log::Log& log, log::TopicView topic, TimestampMs timestamp)
      : log_(log), topic_(std::move(topic)), timestamp_(timestamp), builders_(topic_.partitions.size()) {}

  Status add(ByteView key, ByteView value, uint64_t number) {
    const auto partition =
        static_cast<std::size_t>(kafka::partition_of_key(key, static_cast<int32_t>(builders_.size())));
    builders_[partition].add(timestamp_, key, value);
    gathered_ += key.size() + value.size();
    return gathered_ < commit_bytes ? Status() : commit(std::to_string(number));
  }

  Status commit(std::string progress) {
    log::WriteBatch batch;
    for (std::size_t p = 0; p < builders_.size(); ++p)
      if (!builders_[p].empty()) batch.append(topic_.partitions[p], builders_[p].finish());
    batch.put(std::string(progress_table), topic_.topic->name(), std::move(progress));
    gathered_ = 0;
    std::promise<Status> done;
    log_.commit(std::move(batch), [&](Result<std::vector<log::Appended>> result) {
      done.set_value(result ? Status() : Status(std::unexpected(result.error())));
    });
    return done.get_future().get();
  }

 private:
  log::Log& log_;
  log::TopicView topic_;
  TimestampMs timestamp_;
  std::vector<kafka::BatchBuilder> builders_;
  std::size_t gathered_ = 0;
};

Result<std::unique_ptr<simulate::EventSource>> open_source(const LoadSection& load, const systems::System* system) {
  if (!load.file.empty()) {
    std::ifstream file(load.file);
    if (!file) return fail(Code::not_found, "cannot read {}", load.file.string());
    return std::make_unique<FileSource>(std::move(file), load.file.string(), load.topic, load.key);
  }
  if (system == nullptr) return fail(Code::invalid, "generator {} belongs to a built-in system", load.generator);
  TRY_ASSIGN(const systems::Generator* generator, system->generator(load.generator));
  simulate::ParameterValues values(generator->parameters);
  for (const auto& [name, value] : load.parameters) TRY(values.set(name, value));
  return generator->make_source(values);
}

Status load_topic(const LoadSection& load, const systems::System* system, TimestampMs timestamp, log::Log& log) {
  const auto topic = log.find_topic(load.topic);
  if (!topic) return fail(Code::not_found, "there is no topic {}: name it under topics", load.topic);
  const std::string progress = log.get(progress_table, load.topic).value_or("");
  if (progress == done_mark) return {};
  uint64_t skip = 0;
  std::from_chars(progress.data(), progress.data() + progress.size(), skip);
  const bool has_records = std::ranges::any_of(
      topic->partitions, [](const log::PartitionPtr& p) { return p->high_watermark() > log::Offset(0); });
  if (progress.empty() && has_records) return {};

  log_info("load: filling topic {}", load.topic);
  TRY_ASSIGN(const auto source, open_source(load, system));
  Loader loader(log, *topic, timestamp);
  simulate::Event event;
  uint64_t count = 0;
  while (source->next(event)) {
    if (++count > skip) TRY(loader.add(event.key, event.value, count));
  }
  if (const auto* file = dynamic_cast<const FileSource*>(source.get()); file != nullptr && file->failure())
    return std::unexpected(*file->failure());
  TRY(loader.commit(std::string(done_mark)));
  log_info("load: {} records in topic {}", count, load.topic);
  return {};
}

}  // namespace

Status load_topics(const Configuration& configuration, const systems::System* system, const io::Clock& clock,
                   log::Log& log) {
  for (const LoadSection& load : configuration.load) {
    const bool nominal = configuration.event_time == EventTime::nominal;
    if (Status status = load_topic(load, system, nominal ? load.nominal_timestamp_ms : clock.wall_ms(), log); !status)
      return std::unexpected(std::move(status).error().with_context("load of topic " + load.topic));
  }
  return {};
}

}  // namespace azud::app
