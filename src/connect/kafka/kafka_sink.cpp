#include "connect/kafka/kafka_sink.h"

#include <algorithm>
#include <array>
#include <future>
#include <vector>

#include "connect/kafka/kafka_metadata.h"
#include "connect/kafka/kafka_options.h"
#include "data/time_text.h"
#include "format/format.h"
#include "kafka/wire/batch_builder.h"
#include "kafka/wire/partitioner.h"

namespace azud::connect {
namespace {

/// Room below Kafka's default of 1,048,588 for what one more record adds.
constexpr std::size_t batch_bytes_max = 900'000;

/// What a writer needs to know of its table; shared by the writers, never changed.
struct KafkaSinkPlan {
  std::string table;
  std::string topic;
  KafkaOptions options;
  kafka::Codec codec = kafka::Codec::none;
  std::vector<std::size_t> key_inputs;  ///< columns of the rows
  std::vector<std::size_t> value_inputs;
  int32_t timestamp_input = -1;
  int32_t headers_input = -1;
  bool header_list = false;
};

class KafkaSinkWriter final : public stream::SinkWriter {
 public:
  KafkaSinkWriter(std::shared_ptr<const KafkaSinkPlan> plan, const KafkaEnvironment& environment, std::size_t instance)
      : plan_(std::move(plan)), environment_(environment), instance_(instance), sticky_(instance) {}

  Status make_encoders() {
    const KafkaOptions& options = plan_->options;
    TRY_ASSIGN(value_,
               format::make_encoder(options.value.format.name, options.value.format.options, options.value.fields));
    if (options.key) {
      TRY_ASSIGN(key_,
                 format::make_encoder(options.key->format.name, options.key->format.options, options.key->fields));
    }
    return {};
  }

  Status write(const data::Batch& rows) override;
  Status flush() override;
  Status commit_into(log::WriteBatch& commit) override;
  Status committed() override { return {}; }

 private:
  struct Finished {
    std::size_t partition;
    SharedBytes batch;
  };

  Status find_topic();
  Status write_row(const data::Batch& rows, std::size_t row);
  std::size_t choose_partition(const std::optional<ByteView>& key);
  std::span<const kafka::HeaderView> headers_of(const data::Batch& rows, std::size_t row);
  void finish(std::size_t partition);

  std::shared_ptr<const KafkaSinkPlan> plan_;
  KafkaEnvironment environment_;
  std::size_t instance_;
  std::size_t sticky_;  ///< the partition of records without a key, another after each commit
  log::TopicPtr topic_;
  format::EncoderPtr key_;
  format::EncoderPtr value_;
  std::vector<kafka::BatchBuilder> builders_;  ///< one a partition
  std::vector<Finished> finished_;
  std::string key_bytes_;
  std::string value_bytes_;
  std::vector<kafka::HeaderView> headers_;
  TimestampMs now_ = 0;
};

std::vector<data::ColumnPtr> picked(const data::Batch& rows, const std::vector<std::size_t>& inputs) {
  std::vector<data::ColumnPtr> out;
  out.reserve(inputs.size());
  for (const std::size_t input : inputs) out.push_back(rows.columns[input]);
  return out;
}

Status KafkaSinkWriter::find_topic() {
  if (topic_) return {};
  topic_ = environment_.log->find_topic(plan_->topic);
  if (!topic_) return fail(Code::not_found, "table {}: topic {} does not exist", plan_->table, plan_->topic);
  builders_.resize(topic_->partitions.size());
  for (kafka::BatchBuilder& builder : builders_) builder.set_options({.codec = plan_->codec});
  return {};
}

Status KafkaSinkWriter::write(const data::Batch& rows) {
  if (rows.rows == 0) return {};
  TRY(find_topic());
  now_ = environment_.clock->wall_ms();
  value_->bind(picked(rows, plan_->value_inputs));
  if (key_) key_->bind(picked(rows, plan_->key_inputs));
  for (std::size_t row = 0; row < rows.rows; ++row) TRY(write_row(rows, row));
  return {};
}

Status KafkaSinkWriter::write_row(const data::Batch& rows, std::size_t row) {
  const bool addition = data::is_addition(rows.kind(row));
  if (!addition && !plan_->options.upsert)
    return fail(Code::internal, "table {}: a row of kind {} reached a table that only grows", plan_->table,
                data::to_string(rows.kind(row)));
  std::optional<ByteView> key, value;
  if (key_) {
    key_bytes_.clear();
    TRY_ASSIGN(const bool some, key_->encode(row, key_bytes_));
    if (some) key = key_bytes_;
  }
  if (addition) {
    value_bytes_.clear();
    TRY_ASSIGN(const bool some, value_->encode(row, value_bytes_));
    if (some) value = value_bytes_;
  }
  TimestampMs timestamp = now_;
  if (plan_->timestamp_input >= 0) {
    const data::Column& column = *rows.columns[static_cast<std::size_t>(plan_->timestamp_input)];
    if (!column.is_null(row)) timestamp = data::us_to_ms(column.values<int64_t>()[row]);
  }
  const std::size_t partition = choose_partition(key);
  builders_[partition].add(timestamp, key, value, headers_of(rows, row));
  if (builders_[partition].size() >= batch_bytes_max) finish(partition);
  return {};
}

std::size_t KafkaSinkWriter::choose_partition(const std::optional<ByteView>& key) {
  const std::size_t count = builders_.size();
  switch (plan_->options.partitioner) {
    case KafkaOptions::Partitioner::fixed: return instance_ % count;
    case KafkaOptions::Partitioner::round_robin: return sticky_++ % count;
    case KafkaOptions::Partitioner::by_key: break;
  }
  if (!key) return sticky_ % count;
  return static_cast<std::size_t>(kafka::partition_of_key(*key, static_cast<int32_t>(count)));
}

std::span<const kafka::HeaderView> KafkaSinkWriter::headers_of(const data::Batch& rows, std::size_t row) {
  headers_.clear();
  if (plan_->headers_input < 0) return headers_;
  const data::Column& column = *rows.columns[static_cast<std::size_t>(plan_->headers_input)];
  if (column.is_null(row)) return headers_;
  const data::ListValues& list = column.list_values();
  const std::vector<data::ColumnPtr>& pairs =
      plan_->header_list ? list.children.front()->row_values().children : list.children;
  for (uint32_t at = list.offsets[row]; at < list.offsets[row + 1]; ++at) {
    if (pairs[0]->is_null(at)) continue;
    kafka::HeaderView header{.key = pairs[0]->values<std::string_view>()[at]};
    if (!pairs[1]->is_null(at)) header.value = pairs[1]->values<std::string_view>()[at];
    headers_.push_back(header);
  }
  return headers_;
}

void KafkaSinkWriter::finish(std::size_t partition) {
  if (!builders_[partition].empty()) finished_.push_back({partition, builders_[partition].finish()});
}

Status KafkaSinkWriter::flush() {
  for (std::size_t i = 0; i < builders_.size(); ++i) finish(i);
  if (!topic_) return {};
  const auto bytes_max = static_cast<std::size_t>(topic_->topic->config().max_message_bytes);
  for (const Finished& each : finished_)
    if (each.batch.size() > bytes_max)
      return std::unexpected(Error(Code::invalid,
                                   fmt::format("table {}: a record is larger than topic {} takes: {} bytes",
                                               plan_->table, plan_->topic, each.batch.size()),
                                   fmt::format("set max.message.bytes of the topic higher than {}", bytes_max)));
  return {};
}

Status KafkaSinkWriter::commit_into(log::WriteBatch& commit) {
  for (Finished& each : finished_) commit.append(topic_->partitions[each.partition], std::move(each.batch));
  finished_.clear();
  if (plan_->options.partitioner == KafkaOptions::Partitioner::by_key) ++sticky_;
  // A topic that has got more partitions since is seen by the rows to come.
  topic_.reset();
  return {};
}

class KafkaSink final : public stream::Sink {
 public:
  KafkaSink(KafkaSinkPlan plan, const KafkaEnvironment& environment)
      : plan_(std::make_shared<const KafkaSinkPlan>(std::move(plan))), environment_(environment) {}

  Result<std::unique_ptr<stream::SinkWriter>> open_writer(std::size_t instance, std::size_t) override {
    auto writer = std::make_unique<KafkaSinkWriter>(plan_, environment_, instance);
    TRY(writer->make_encoders());
    return writer;
  }

 private:
  std::shared_ptr<const KafkaSinkPlan> plan_;
  KafkaEnvironment environment_;
};

Status plan_metadata(const sql::TableColumn& column, std::size_t input, KafkaSinkPlan& plan) {
  const auto what = find_kafka_metadata(column.metadata_key);
  const bool is_list = what == KafkaMetadata::header_list;
  if (what == KafkaMetadata::timestamp) {
    if (column.type.kind() != data::TypeKind::timestamp_ltz)
      return std::unexpected(
          Error(Code::unsupported,
                fmt::format("table {}: metadata 'timestamp' is written from {}", plan.table, column.type.to_sql()),
                "declare the column TIMESTAMP_LTZ(3)"));
    plan.timestamp_input = static_cast<int32_t>(input);
    return {};
  }
  if (what == KafkaMetadata::headers || is_list) {
    if (plan.headers_input >= 0)
      return fail(Code::invalid, "table {}: write 'headers' or 'header-list', not both", plan.table);
    plan.headers_input = static_cast<int32_t>(input);
    plan.header_list = is_list;
    return {};
  }
  return std::unexpected(
      Error(Code::invalid,
            fmt::format("Invalid metadata key '{}' in column '{}' of table '{}': it cannot be written",
                        column.metadata_key, column.name, plan.table),
            "a kafka table writes headers and timestamp; declare other metadata VIRTUAL"));
}

Result<kafka::Codec> find_codec(const sql::TableDefinition& table) {
  const format::Options options(format::Options::Map(table.options.begin(), table.options.end()));
  constexpr auto words = std::to_array<std::string_view>({"none", "gzip", "snappy", "lz4", "zstd"});
  TRY_ASSIGN(const std::size_t word, options.one_of("properties.compression.type", words, 0));
  constexpr auto codecs = std::to_array<kafka::Codec>(
      {kafka::Codec::none, kafka::Codec::gzip, kafka::Codec::snappy, kafka::Codec::lz4, kafka::Codec::zstd});
  return codecs[word];
}

/// Which input column each field of key and value comes from.
Result<KafkaSinkPlan> make_plan(const sql::SinkNode& node) {
  const sql::TableDefinition& table = *node.table;
  KafkaSinkPlan plan{.table = table.name};
  TRY_ASSIGN(plan.options, KafkaOptions::parse(table));
  if (plan.options.topics.size() != 1)
    return fail(Code::unsupported, "table {}: a sink writes to one topic, named by 'topic'", table.name);
  plan.topic = plan.options.topics.front();
  TRY_ASSIGN(plan.codec, find_codec(table));
  const auto input_of = [&](int32_t place) {
    const auto found = std::ranges::find(node.written, place);
    AZUD_ASSERT(found != node.written.end(), "a sink gets all physical columns");
    return static_cast<std::size_t>(found - node.written.begin());
  };
  for (const int32_t place : plan.options.value.columns) plan.value_inputs.push_back(input_of(place));
  if (plan.options.key)
    for (const int32_t place : plan.options.key->columns) plan.key_inputs.push_back(input_of(place));
  for (std::size_t i = 0; i < node.written.size(); ++i) {
    const sql::TableColumn& column = table.columns[static_cast<std::size_t>(node.written[i])];
    if (column.kind == sql::TableColumn::Kind::metadata) TRY(plan_metadata(column, i, plan));
  }
  return plan;
}

Status make_topic(const KafkaEnvironment& environment, const KafkaSinkPlan& plan) {
  if (environment.log->find_topic(plan.topic)) return {};
  if (environment.new_topic_partitions <= 0)
    return std::unexpected(Error(Code::not_found,
                                 fmt::format("table {}: topic {} does not exist", plan.table, plan.topic),
                                 fmt::format("make it: azud topic create {}", plan.topic)));
  std::promise<Status> made;
  environment.log->create_topic(plan.topic, environment.new_topic_partitions, {},
                                [&made](Status status) { made.set_value(std::move(status)); });
  Status status = made.get_future().get();
  if (!status && status.error().code() != Code::already_exists)
    return std::unexpected(std::move(status).error().with_context("table " + plan.table));
  return {};
}

}  // namespace

Result<std::unique_ptr<stream::Sink>> open_kafka_sink(const KafkaEnvironment& environment,
                                                      const std::shared_ptr<const sql::SinkNode>& node) {
  TRY_ASSIGN(KafkaSinkPlan plan, make_plan(*node));
  TRY(environment.check_servers(plan.table, plan.options.servers));
  TRY(make_topic(environment, plan));
  return std::make_unique<KafkaSink>(std::move(plan), environment);
}

}  // namespace azud::connect
