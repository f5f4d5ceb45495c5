#include "app/configuration/configuration.h"

#include <gtest/gtest.h>

namespace azud::app {
namespace {

Result<Configuration> parsed(const std::string& text) { return Configuration::parse(text, "azud.yaml", "/etc/azud"); }

TEST(Configuration, has_defaults_for_everything) {
  const auto configuration = parsed("");
  ASSERT_TRUE(configuration) << configuration.error().message();
  EXPECT_EQ(configuration->web_listen, "[::]:7000");
  EXPECT_EQ(configuration->broker.listen.front(), "[::]:9092");
  EXPECT_EQ(configuration->log.durability, log::Durability::commit);
}

TEST(Configuration, reads_kafkas_names) {
  const auto configuration = parsed(
      "broker:\n  listeners: PLAINTEXT://:9094,PLAINTEXT://127.0.0.1:9095\n  broker.id: 3\n  log.retention.minutes: 5\n"
      "  log.retention.hours: 1\n  message.max.bytes: 2000000\n  log.retention.bytes.total: 1GiB\n");
  ASSERT_TRUE(configuration) << configuration.error().message();
  EXPECT_EQ(configuration->broker.listen, (std::vector<std::string>{"[::]:9094", "127.0.0.1:9095"}));
  EXPECT_EQ(configuration->log.topic_defaults.retention_ms, 300'000);
  EXPECT_EQ(configuration->log.topic_defaults.max_message_bytes, 2'000'000);
  EXPECT_EQ(configuration->log.total_bytes_max, 1ULL << 30);
}

TEST(Configuration, limits_connections) {
  const auto configuration = parsed(
      "broker:\n  max.connections: 7\n  max.connections.per.ip: 3\n  connections.max.idle.ms: 5000\n"
      "  socket.request.max.bytes: 100000\n"
      "  queued.max.request.bytes: 200000\n  azud.receive.timeout.ms: 700\n  azud.send.timeout.ms: 800\n"
      "ingress: {max_connections: 8, max_connections_per_ip: 2, queued_bytes_max: 32MiB, receive_timeout: 2s}\n"
      "web: {max_connections: 9, send_timeout: 3s, idle_timeout: 4s}\n");
  ASSERT_TRUE(configuration) << configuration.error().message();
  EXPECT_EQ(configuration->broker.limits.connections_max, 7U);
  EXPECT_EQ(configuration->broker.limits.connections_per_host_max, 3U);
  EXPECT_EQ(configuration->broker.limits.idle_timeout_ms, 5000);
  EXPECT_EQ(configuration->broker.limits.frame_bytes_max, 100'000U);
  EXPECT_EQ(configuration->broker.limits.queued_bytes_max, 200'000U);
  EXPECT_EQ(configuration->broker.limits.half_frame_timeout_ms, 700);
  EXPECT_EQ(configuration->broker.limits.write_timeout_ms, 800);
  EXPECT_EQ(configuration->ingress.limits.queued_bytes_max, 32U << 20);
  EXPECT_EQ(configuration->ingress.limits.body_timeout_ms, 2000);
  EXPECT_EQ(configuration->ingress.limits.head_timeout_ms, 2000);
  EXPECT_EQ(configuration->web_limits.write_timeout_ms, 3000);
  EXPECT_EQ(configuration->web_limits.keep_alive_timeout_ms, 4000);
  EXPECT_EQ(configuration->ingress.limits.connections_max, 8U);
  EXPECT_EQ(configuration->ingress.limits.connections_per_host_max, 2U);
  EXPECT_EQ(configuration->web_limits.connections_max, 9U);
  EXPECT_EQ(configuration->web_limits.connections_per_host_max, 0U);
  EXPECT_FALSE(parsed("web: {max_connections: 0}\n"));
  EXPECT_FALSE(parsed("broker:\n  max.connections: many\n"));
  EXPECT_FALSE(parsed("broker:\n  queued.max.request.bytes: 1000\n")) << "a request may have more";
  EXPECT_FALSE(parsed("ingress: {queued_bytes_max: 1KiB}\n")) << "a request may have more";
}

TEST(Configuration, names_file_line_and_what_is_allowed) {
  EXPECT_EQ(parsed("nam: x\n").error().message(), "azud.yaml:1:1: unknown key \"nam\"");
  EXPECT_EQ(parsed("durability: always\n").error().message(), "azud.yaml:1:13: \"always\" is not allowed here");
  EXPECT_EQ(parsed("broker:\n  num.partition: 3\n").error().message(),
            "azud.yaml:2:18: unknown broker property \"num.partition\"");
  EXPECT_EQ(parsed("topics:\n  a b: {}\n").error().code(), Code::invalid);
  EXPECT_EQ(parsed("topics:\n  t: {config: {retention.sm: 1}}\n").error().message(),
            "azud.yaml:2:15: unknown topic configuration name retention.sm");
  EXPECT_EQ(parsed("jobs:\n  - {file: x.sql}\n").error().message(),
            "azud.yaml:2:5: \"name\" is missing in this mapping");
}

TEST(Configuration, relates_formats_to_topics) {
  const auto configuration =
      parsed("ingress:\n  formats:\n    f: {fields: [{name: id, type: int}], key: id}\n  topics: {T: f}\n");
  ASSERT_TRUE(configuration) << configuration.error().message();
  EXPECT_TRUE(configuration->ingress.formats.contains("T"));
  EXPECT_EQ(parsed("ingress:\n  topics: {T: g}\n").error().message(), "azud.yaml:2:15: there is no format \"g\"");
}

}  // namespace
}  // namespace azud::app
