#include "log/topic.h"

#include <gtest/gtest.h>

namespace azud::log {
namespace {

TEST(TopicConfig, takes_kafkas_names) {
  const auto config = TopicConfig::parse({{"cleanup.policy", "compact, delete"},
                                          {"retention.ms", "-1"},
                                          {"retention.bytes", "1000"},
                                          {"segment.bytes", "2000"},
                                          {"segment.ms", "3000"},
                                          {"max.message.bytes", "4000"},
                                          {"message.timestamp.type", "LogAppendTime"},
                                          {"delete.retention.ms", "5000"},
                                          {"min.cleanable.dirty.ratio", "0.25"},
                                          {"min.insync.replicas", "2"}},
                                         {});
  ASSERT_TRUE(config) << config.error().to_text();
  EXPECT_TRUE(config->compact);
  EXPECT_TRUE(config->delete_old);
  EXPECT_EQ(config->retention_ms, -1);
  EXPECT_EQ(config->retention_bytes, 1000);
  EXPECT_EQ(config->segment_bytes, 2000);
  EXPECT_EQ(config->segment_ms, 3000);
  EXPECT_EQ(config->max_message_bytes, 4000);
  EXPECT_EQ(config->timestamp_type, TimestampType::log_append_time);
  EXPECT_EQ(config->delete_retention_ms, 5000);
  EXPECT_EQ(config->min_cleanable_dirty_ratio, 0.25);
}

TEST(TopicConfig, keeps_defaults_that_are_not_overridden) {
  TopicConfig defaults;
  defaults.retention_ms = 42;
  EXPECT_EQ(TopicConfig::parse({{"cleanup.policy", "compact"}}, defaults)->retention_ms, 42);
  EXPECT_FALSE(TopicConfig::parse({{"cleanup.policy", "compact"}}, defaults)->delete_old);
}

TEST(TopicConfig, refuses_what_it_does_not_know_and_says_what_is_allowed) {
  const std::pair<const char*, const char*> wrong[] = {{"retention", "1"},
                                                       {"retention.ms", "soon"},
                                                       {"retention.ms", "-2"},
                                                       {"retention.ms", "1 2"},
                                                       {"segment.bytes", "0"},
                                                       {"max.message.bytes", "99999999999"},
                                                       {"cleanup.policy", "shred"},
                                                       {"cleanup.policy", "compact,"},
                                                       {"message.timestamp.type", "Now"},
                                                       {"min.cleanable.dirty.ratio", "2"},
                                                       {"min.cleanable.dirty.ratio", "nan"}};
  for (const auto& [name, value] : wrong) {
    const auto config = TopicConfig::parse({{name, value}}, {});
    ASSERT_FALSE(config) << name << "=" << value;
    EXPECT_EQ(config.error().code(), Code::invalid);
    EXPECT_NE(config.error().message().find(name), std::string::npos);
  }
}

TEST(TopicConfig, values_without_a_meaning_here_are_those_that_kafka_takes) {
  const std::pair<const char*, const char*> wrong[] = {
      {"compression.type", "rar"},       {"compression.gzip.level", "10"},
      {"compression.gzip.level", "0"},   {"compression.lz4.level", "18"},
      {"compression.zstd.level", "23"},  {"min.insync.replicas", "0"},
      {"flush.messages", "0"},           {"index.interval.bytes", "-1"},
      {"segment.index.bytes", "3"},      {"segment.jitter.ms", "-1"},
      {"file.delete.delay.ms", "-1"},    {"preallocate", "yes"},
      {"remote.storage.enable", "true"}, {"unclean.leader.election.enable", "maybe"}};
  for (const auto& [name, value] : wrong) EXPECT_FALSE(TopicConfig::parse({{name, value}}, {})) << name << "=" << value;
  const std::pair<const char*, const char*> good[] = {
      {"compression.type", "zstd"}, {"compression.gzip.level", "-1"},   {"compression.zstd.level", "-5"},
      {"preallocate", "TRUE"},      {"remote.storage.enable", "false"}, {"local.retention.ms", "-2"}};
  for (const auto& [name, value] : good) EXPECT_TRUE(TopicConfig::parse({{name, value}}, {})) << name << "=" << value;
}

TEST(TopicConfig, blanks_around_a_value_do_not_count) {
  EXPECT_EQ(TopicConfig::parse({{"retention.ms", " 5 "}}, {})->retention_ms, 5);
}

TEST(TopicConfig, an_empty_cleanup_policy_keeps_all) {
  const auto config = TopicConfig::parse({{"cleanup.policy", ""}}, {});
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->compact);
  EXPECT_FALSE(config->delete_old);
}

TEST(TopicName, follows_kafkas_rule) {
  for (const char* good : {"a", "A-b_c.9", "..."}) EXPECT_TRUE(check_topic_name(good)) << good;
  EXPECT_TRUE(check_topic_name(std::string(249, 'x')));
  for (const char* bad : {"", ".", "..", "a/b", "a b", "ä"}) EXPECT_FALSE(check_topic_name(bad)) << bad;
  EXPECT_FALSE(check_topic_name(std::string(250, 'x')));
}

}  // namespace
}  // namespace azud::log
