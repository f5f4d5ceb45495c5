#include "connect/kafka/kafka_options.h"

#include <gmock/gmock.h>

#include "connect/registry.h"
#include "connect/test_tables.h"

namespace azud::connect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Map = std::map<std::string, std::string>;

Map options_of(Map more) {
  Map out = {{"connector", "kafka"}, {"topic", "t"}, {"properties.bootstrap.servers", "localhost:9092"}};
  out.merge(more);
  for (auto& [key, value] : more) out[key] = value;
  std::erase_if(out, [](const auto& option) { return option.second == "-"; });
  return out;
}

std::string problem(Map more, std::string_view columns = "ROW<a INT, b STRING>") {
  const auto parsed = KafkaOptions::parse(test_table(columns, options_of(std::move(more))));
  return parsed.has_value() ? "none" : parsed.error().to_text();
}

TEST(KafkaOptions, defaults_are_flinks) {
  const auto parsed = KafkaOptions::parse(test_table("ROW<a INT, b STRING>", options_of({{"format", "csv"}})));
  ASSERT_TRUE(parsed) << parsed.error().to_text();
  EXPECT_EQ(parsed->start.mode, KafkaPlace::Mode::group_offsets);
  EXPECT_EQ(parsed->end.mode, KafkaPlace::Mode::unbounded);
  EXPECT_EQ(parsed->partitioner, KafkaOptions::Partitioner::by_key);
  EXPECT_EQ(parsed->discovery_interval_ms, 300'000);
  EXPECT_THAT(parsed->value.columns, ElementsAre(0, 1));
  EXPECT_FALSE(parsed->key.has_value());
}

TEST(KafkaOptions, key_and_value_share_the_columns) {
  auto parsed =
      KafkaOptions::parse(test_table("ROW<k_a INT, b STRING>", options_of({{"value.format", "json"},
                                                                           {"value.json.ignore-parse-errors", "true"},
                                                                           {"key.format", "csv"},
                                                                           {"key.csv.null-literal", "N"},
                                                                           {"key.fields", "k_a"},
                                                                           {"key.fields-prefix", "k_"},
                                                                           {"value.fields-include", "EXCEPT_KEY"}})));
  ASSERT_TRUE(parsed) << parsed.error().to_text();
  EXPECT_EQ(parsed->key->fields[0].name, "a");
  EXPECT_THAT(parsed->value.columns, ElementsAre(1));
  EXPECT_EQ(parsed->key->format.options.text("null-literal", ""), "N");
  EXPECT_TRUE(*parsed->value.format.options.boolean("ignore-parse-errors", false));
}

TEST(KafkaOptions, complaints_are_flinks) {
  EXPECT_THAT(problem({{"format", "csv"}, {"foo", "1"}, {"csv.bar", "2"}}),
              testing::AllOf(HasSubstr("Unsupported options found for 'kafka'. Unsupported options: csv.bar, foo"),
                             HasSubstr("csv.ignore-parse-errors"), HasSubstr("scan.startup.mode"),
                             HasSubstr("properties.bootstrap.servers")));
  EXPECT_THAT(problem({{"format", "csv"}, {"properties.bootstrap.servers", "-"}}),
              HasSubstr("Missing required options are: properties.bootstrap.servers"));
  EXPECT_THAT(problem({{"format", "csv"}, {"topic", "-"}}), HasSubstr("Either 'topic' or 'topic-pattern' must be set"));
  EXPECT_THAT(problem({}), HasSubstr("Could not find required format 'value.format'"));
  EXPECT_THAT(problem({{"format", "avro"}}), HasSubstr("Available format identifiers are: csv, json, raw"));
  EXPECT_THAT(
      problem({{"format", "csv"}, {"scan.startup.mode", "foo"}}),
      HasSubstr("Expected one of: [earliest-offset, latest-offset, group-offsets, timestamp, specific-offsets]"));
  EXPECT_THAT(problem({{"format", "csv"}, {"scan.startup.mode", "timestamp"}}),
              HasSubstr("'scan.startup.timestamp-millis' is required in 'timestamp' startup mode but missing"));
  EXPECT_THAT(
      problem({{"format", "csv"}, {"scan.startup.mode", "specific-offsets"}, {"scan.startup.specific-offsets", "x"}}),
      HasSubstr("should follow the format 'partition:0,offset:42;partition:1,offset:300', but is 'x'"));
  EXPECT_THAT(problem({{"format", "csv"}, {"key.fields", "a"}}),
              HasSubstr("'key.fields' can only be declared if a key format is defined"));
  EXPECT_THAT(problem({{"format", "csv"}, {"key.format", "raw"}}), HasSubstr("one or more of key fields"));
  EXPECT_THAT(problem({{"format", "csv"}, {"key.format", "raw"}, {"key.fields", "c"}}),
              HasSubstr("can be selected in the 'key.fields' option: [a, b]"));
  EXPECT_THAT(problem({{"format", "csv"}, {"key.format", "raw"}, {"key.fields", "a"}, {"key.fields-prefix", "k_"}}),
              HasSubstr("must be prefixed with 'k_'"));
  EXPECT_THAT(
      problem({{"format", "csv"}, {"key.format", "raw"}, {"key.fields", "a"}, {"sink.partitioner", "round-robin"}}),
      HasSubstr("'round-robin' partitioner only works when option 'key.fields' is not specified"));
  EXPECT_THAT(problem({{"format", "csv"}, {"sink.delivery-guarantee", "exactly-once"}}),
              HasSubstr("sink.transactional-id-prefix must be specified"));
  EXPECT_EQ(problem({{"format", "csv"}, {"scan.startup.mode", "EARLIEST-OFFSET"}, {"properties.foo", "bar"}}), "none");
}

TEST(KafkaOptions, upsert_needs_a_key) {
  auto options = options_of({{"connector", "upsert-kafka"}, {"key.format", "csv"}, {"value.format", "csv"}});
  sql::TableDefinition table = test_table("ROW<a INT, b STRING>", options);
  EXPECT_THAT(KafkaOptions::parse(table).error().message(), HasSubstr("require to define a PRIMARY KEY constraint"));
  table.primary_key = {0};
  const auto parsed = KafkaOptions::parse(table);
  ASSERT_TRUE(parsed) << parsed.error().to_text();
  EXPECT_EQ(parsed->start.mode, KafkaPlace::Mode::earliest);
  EXPECT_THAT(parsed->value.columns, ElementsAre(0, 1));
  table.options["scan.startup.mode"] = "earliest-offset";
  EXPECT_THAT(KafkaOptions::parse(table).error().message(), HasSubstr("Unsupported options: scan.startup.mode"));
}

TEST(CheckTable, knows_who_reads_and_writes) {
  const auto problem_of = [](Map options, TableUse use) {
    const Status done = check_table(test_table("ROW<a INT>", std::move(options)), use);
    return done.has_value() ? "none" : done.error().to_text();
  };
  EXPECT_THAT(problem_of({{"connector", "print"}}, TableUse::source), HasSubstr("can only be used as a sink"));
  EXPECT_THAT(problem_of({{"connector", "datagen"}}, TableUse::sink), HasSubstr("can only be used as a source"));
  EXPECT_THAT(
      problem_of({{"connector", "jdbc"}}, TableUse::source),
      HasSubstr("Available factory identifiers are: blackhole, datagen, filesystem, kafka, print, upsert-kafka"));
  EXPECT_THAT(problem_of({}, TableUse::source), HasSubstr("do not contain an option key 'connector'"));
  EXPECT_THAT(problem_of({{"connector", "print"}, {"foo", "1"}}, TableUse::sink),
              HasSubstr("Unsupported options found for 'print'"));
  EXPECT_EQ(problem_of({{"connector", "blackhole"}}, TableUse::sink), "none");
}

}  // namespace
}  // namespace azud::connect
