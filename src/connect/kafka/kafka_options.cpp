#include "connect/kafka/kafka_options.h"

#include <algorithm>
#include <array>

#include "data/number_parse.h"

namespace azud::connect {
namespace {

using Mode = KafkaPlace::Mode;

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = text.find(by);
    const std::string_view part = data::trim(text.substr(0, end));
    if (!part.empty()) out.emplace_back(part);
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

constexpr auto common_keys = std::to_array<std::string_view>(
    {"key.fields-prefix", "properties.group.id", "scan.bounded.mode", "scan.bounded.specific-offsets",
     "scan.bounded.timestamp-millis", "scan.parallelism", "scan.topic-partition-discovery.interval",
     "scan.watermark.alignment.group", "scan.watermark.alignment.max-drift", "scan.watermark.alignment.update-interval",
     "scan.watermark.emit.strategy", "scan.watermark.idle-timeout", "sink.delivery-guarantee", "sink.parallelism",
     "sink.transaction-naming-strategy", "sink.transactional-id-prefix", "topic", "topic-pattern",
     "value.fields-include"});
constexpr auto kafka_keys =
    std::to_array<std::string_view>({"key.fields", "scan.startup.mode", "scan.startup.specific-offsets",
                                     "scan.startup.timestamp-millis", "sink.partitioner", "sink.semantic"});
constexpr auto upsert_keys =
    std::to_array<std::string_view>({"sink.buffer-flush.interval", "sink.buffer-flush.max-rows"});
constexpr auto required_keys = std::to_array<std::string_view>({"properties.bootstrap.servers"});

/// "partition:0,offset:42;partition:1,offset:300"
Result<std::map<int32_t, int64_t>> parse_offsets(std::string_view key, std::string_view text) {
  std::map<int32_t, int64_t> out;
  const auto wrong = [&] {
    return fail(
        Code::invalid,
        "Invalid properties '{}' should follow the format 'partition:0,offset:42;partition:1,offset:300', but is "
        "'{}'",
        key, text);
  };
  for (const std::string& pair : split(text, ';')) {
    const std::vector<std::string> sides = split(pair, ',');
    int32_t partition = 0;
    int64_t offset = 0;
    if (sides.size() != 2 || !sides[0].starts_with("partition:") || !sides[1].starts_with("offset:") ||
        !data::parse_integer(std::string_view(sides[0]).substr(10), partition) ||
        !data::parse_integer(std::string_view(sides[1]).substr(7), offset))
      return wrong();
    out[partition] = offset;
  }
  if (out.empty()) return wrong();
  return out;
}

class Parser {
 public:
  explicit Parser(const sql::TableDefinition& table) : table_(table), given_(table), options_(given_.values()) {}

  Result<KafkaOptions> parse() {
    out_.upsert = options_.text("connector", "") == "upsert-kafka";
    TRY(given_.take(required_keys, common_keys));
    TRY(given_.take({}, out_.upsert ? std::span<const std::string_view>(upsert_keys) : kafka_keys));
    given_.take_prefix("properties.");
    TRY(topics());
    TRY(formats());
    TRY(given_.finish());
    TRY(keys());
    TRY(values());
    TRY(place("scan.startup", out_.start));
    TRY(place("scan.bounded", out_.end));
    TRY(sink());
    TRY(rest());
    return std::move(out_);
  }

 private:
  Status topics() {
    const auto topic = given_.find("topic");
    const auto pattern = given_.find("topic-pattern");
    if (topic && pattern)
      return fail(Code::invalid, "table {}: Option 'topic' and 'topic-pattern' shouldn't be set together", table_.name);
    if (topic) out_.topics = split(*topic, ';');
    if (pattern) out_.topic_pattern = std::string(*pattern);
    if (out_.topics.empty() && !pattern)
      return fail(Code::invalid, "table {}: Either 'topic' or 'topic-pattern' must be set", table_.name);
    return {};
  }

  Status formats() {
    TRY_ASSIGN(std::optional<FormatChoice> key, given_.take_format("key.format"));
    std::optional<FormatChoice> value;
    if (!out_.upsert) {
      TRY_ASSIGN(value, given_.take_format("format"));
    }
    TRY_ASSIGN(std::optional<FormatChoice> named, given_.take_format("value.format"));
    if (!value) value = std::move(named);
    if (out_.upsert && !key)
      return fail(Code::invalid, "table {}: Could not find required format 'key.format'", table_.name);
    if (!value) return fail(Code::invalid, "table {}: Could not find required format 'value.format'", table_.name);
    out_.value.format = std::move(*value);
    if (key) out_.key = KafkaPart{.format = std::move(*key)};
    return {};
  }

  bool is_physical(std::size_t place) const { return table_.columns[place].kind == sql::TableColumn::Kind::physical; }

  Status keys() {
    if (out_.upsert) {
      if (table_.primary_key.empty())
        return fail(Code::invalid,
                    "table {}: 'upsert-kafka' tables require to define a PRIMARY KEY constraint. The PRIMARY KEY "
                    "specifies which columns should be read from or write to the Kafka message key",
                    table_.name);
      out_.key->columns = table_.primary_key;
      return key_names();
    }
    if (!table_.primary_key.empty())
      return fail(Code::invalid,
                  "The Kafka table '{}' with '{}' format doesn't support defining PRIMARY KEY constraint on the table, "
                  "because it can't guarantee the semantic of primary key",
                  table_.name, out_.value.format.name);
    const auto fields = given_.find("key.fields");
    if (fields && !out_.key)
      return fail(
          Code::invalid,
          "table {}: The option 'key.fields' can only be declared if a key format is defined using 'key.format'",
          table_.name);
    if (!out_.key) return {};
    const std::vector<std::string> names = split(fields.value_or(""), ';');
    if (names.empty())
      return fail(Code::invalid,
                  "table {}: A key format 'key.format' requires the declaration of one or more of key fields using "
                  "'key.fields'",
                  table_.name);
    for (const std::string& name : names) TRY(add_key(name));
    return key_names();
  }

  Status add_key(const std::string& name) {
    std::string known;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (!is_physical(i)) continue;
      if (table_.columns[i].name == name) {
        out_.key->columns.push_back(static_cast<int32_t>(i));
        return {};
      }
      known += (known.empty() ? "" : ", ") + table_.columns[i].name;
    }
    return fail(Code::invalid,
                "table {}: Could not find the field '{}' in the table schema for usage in the key format. A key field "
                "must be a regular, physical column. The following columns can be selected in the 'key.fields' option: "
                "[{}]",
                table_.name, name, known);
  }

  Status key_names() {
    const std::string_view prefix = options_.text("key.fields-prefix", "");
    for (const int32_t place : out_.key->columns) {
      const sql::TableColumn& column = table_.columns[static_cast<std::size_t>(place)];
      if (!column.name.starts_with(prefix))
        return fail(
            Code::invalid,
            "table {}: All fields in 'key.fields' must be prefixed with '{}' when option 'key.fields-prefix' is "
            "set but field '{}' is not prefixed",
            table_.name, prefix, column.name);
      out_.key->fields.push_back({column.name.substr(prefix.size()), column.type});
    }
    return {};
  }

  Status values() {
    constexpr auto words = std::to_array<std::string_view>({"ALL", "EXCEPT_KEY"});
    TRY_ASSIGN(const std::size_t include, options_.one_of("value.fields-include", words, 0));
    if (include == 0 && !options_.text("key.fields-prefix", "").empty())
      return fail(Code::invalid,
                  "table {}: A key prefix is not allowed when option 'value.fields-include' is set to 'ALL'. Set it to "
                  "'EXCEPT_KEY' instead to avoid field overlaps",
                  table_.name);
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const auto place = static_cast<int32_t>(i);
      const bool in_key = out_.key && std::ranges::find(out_.key->columns, place) != out_.key->columns.end();
      if (!is_physical(i) || (include == 1 && in_key)) continue;
      out_.value.columns.push_back(place);
      out_.value.fields.push_back({table_.columns[i].name, table_.columns[i].type});
    }
    return {};
  }

  Status place(const std::string& prefix, KafkaPlace& place) {
    const bool start = prefix == "scan.startup";
    if (start && out_.upsert) {
      place.mode = Mode::earliest;
      return {};
    }
    constexpr auto start_words = std::to_array<std::string_view>(
        {"earliest-offset", "latest-offset", "group-offsets", "timestamp", "specific-offsets"});
    constexpr auto end_words = std::to_array<std::string_view>(
        {"unbounded", "latest-offset", "group-offsets", "timestamp", "specific-offsets"});
    TRY_ASSIGN(const std::size_t word,
               options_.one_of(prefix + ".mode", start ? start_words : end_words, start ? 2 : 0, true));
    constexpr auto modes = std::to_array<Mode>(
        {Mode::earliest, Mode::latest, Mode::group_offsets, Mode::timestamp, Mode::specific_offsets});
    place.mode = !start && word == 0 ? Mode::unbounded : modes[word];
    const std::string_view what = start ? "startup" : "bounded";
    if (place.mode == Mode::timestamp) {
      if (!options_.has(prefix + ".timestamp-millis"))
        return fail(Code::invalid, "'{}.timestamp-millis' is required in 'timestamp' {} mode but missing", prefix,
                    what);
      TRY_ASSIGN(place.timestamp_ms, options_.integer(prefix + ".timestamp-millis", 0));
    }
    if (place.mode == Mode::specific_offsets) {
      const std::string key = prefix + ".specific-offsets";
      const auto text = options_.find(key);
      if (!text) return fail(Code::invalid, "'{}' is required in 'specific-offsets' {} mode but missing", key, what);
      if (out_.topics.size() != 1)
        return fail(Code::invalid, "Currently Kafka source only supports specific offset for single topic");
      TRY_ASSIGN(place.offsets, parse_offsets(key, *text));
    }
    return {};
  }

  Status sink() {
    const std::string_view partitioner = options_.text("sink.partitioner", "default");
    if (partitioner == "fixed") {
      out_.partitioner = KafkaOptions::Partitioner::fixed;
    } else if (partitioner == "round-robin") {
      if (out_.key)
        return fail(Code::invalid,
                    "Currently 'round-robin' partitioner only works when option 'key.fields' is not specified");
      out_.partitioner = KafkaOptions::Partitioner::round_robin;
    } else if (partitioner != "default") {
      return fail(
          Code::unsupported,
          "table {}: 'sink.partitioner' = '{}' is not offered, only default, fixed and round-robin: there are no "
          "Java classes here",
          table_.name, partitioner);
    }
    constexpr auto words = std::to_array<std::string_view>({"at-least-once", "exactly-once", "none"});
    TRY_ASSIGN(const std::size_t guarantee, options_.one_of("sink.delivery-guarantee", words, 0, true));
    if (guarantee == 1 && !options_.has("sink.transactional-id-prefix"))
      return fail(Code::invalid,
                  "sink.transactional-id-prefix must be specified when using DeliveryGuarantee.EXACTLY_ONCE");
    return {};
  }

  Status rest() {
    out_.servers = options_.text("properties.bootstrap.servers", "");
    if (const auto group = options_.find("properties.group.id")) out_.group = std::string(*group);
    out_.offset_reset = options_.text("properties.auto.offset.reset", "");
    TRY_ASSIGN(out_.discovery_interval_ms, options_.duration_ms("scan.topic-partition-discovery.interval", 300'000));
    return {};
  }

  const sql::TableDefinition& table_;
  TableOptions given_;
  const format::Options& options_;
  KafkaOptions out_;
};

}  // namespace

Result<KafkaOptions> KafkaOptions::parse(const sql::TableDefinition& table) { return Parser(table).parse(); }

}  // namespace azud::connect
