#include <algorithm>

#include "kafka/broker/config_table.h"
#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {
namespace {

class Configs : public BrokerFixture {
 protected:
  using Change = IncrementalAlterConfigsRequest::Config;

  DescribeConfigsResponse::Resource describe(int8_t type, const std::string& name,
                                             std::optional<std::vector<std::string>> keys = {}) {
    DescribeConfigsRequest request{.include_synonyms = true, .include_documentation = true};
    request.resources.push_back({type, name, std::move(keys)});
    return call(4, request).results.at(0);
  }
  DescribeConfigsResponse::Config value(const std::string& name) {
    const auto resource = describe(2, "t", {{name}});
    EXPECT_EQ(resource.configs.size(), 1U) << name;
    return resource.configs.empty() ? DescribeConfigsResponse::Config{} : resource.configs[0];
  }
  ErrorCode alter(std::vector<Change> changes, bool validate_only = false, int8_t type = 2,
                  const std::string& name = "t") {
    IncrementalAlterConfigsRequest request{.validate_only = validate_only};
    request.resources.push_back({type, name, std::move(changes)});
    return call(1, request).responses.at(0).error_code;
  }
};

TEST_F(Configs, a_topic_shows_all_values_with_their_sources) {
  ASSERT_TRUE(create("t", 1, {{"retention.ms", "1000"}}));
  for (int16_t version = 1; version <= 4; ++version) {
    DescribeConfigsRequest request;
    request.resources.push_back({2, "t", std::nullopt});
    EXPECT_GT(call(version, request).results.at(0).configs.size(), 20U);
  }
  const auto set = value("retention.ms");
  EXPECT_EQ(set.value, "1000");
  EXPECT_EQ(set.config_source, 1);
  EXPECT_EQ(set.config_type, 5);
  ASSERT_EQ(set.synonyms.size(), 2U);
  EXPECT_EQ(set.synonyms[0].name, "retention.ms");
  EXPECT_EQ(set.synonyms[1].name, "log.retention.ms");
  EXPECT_EQ(set.synonyms[1].value, "604800000");
  const auto standard = value("cleanup.policy");
  EXPECT_EQ(standard.value, "delete");
  EXPECT_EQ(standard.config_source, 5);
  EXPECT_EQ(standard.config_type, 7);
  EXPECT_TRUE(standard.documentation.has_value());
  EXPECT_EQ(value("min.cleanable.dirty.ratio").value, "0.5");
}

TEST_F(Configs, the_broker_shows_its_own) {
  const auto broker = describe(4, "1");
  EXPECT_EQ(broker.error_code, ErrorCode::none);
  const auto find = [&](const std::string& name) {
    const auto found = std::ranges::find(broker.configs, name, &DescribeConfigsResponse::Config::name);
    return found == broker.configs.end() ? "" : found->value.value_or("");
  };
  const auto source = [&](const std::string& name) {
    return std::ranges::find(broker.configs, name, &DescribeConfigsResponse::Config::name)->config_source;
  };
  EXPECT_EQ(source("listeners"), static_cast<int8_t>(ConfigSource::broker_file));
  EXPECT_EQ(source("advertised.listeners"), static_cast<int8_t>(ConfigSource::broker_file));
  EXPECT_EQ(source("num.partitions"), static_cast<int8_t>(ConfigSource::built_in));
  EXPECT_EQ(find("num.partitions"), "1");
  EXPECT_EQ(find("max.connections"), "10000");
  EXPECT_EQ(find("max.connections.per.ip"), "2147483647");
  EXPECT_EQ(find("connections.max.idle.ms"), "600000");
  EXPECT_EQ(find("auto.create.topics.enable"), "true");
  EXPECT_EQ(find("message.max.bytes"), "1048588");
  EXPECT_EQ(find("log.retention.ms"), "604800000");
  EXPECT_EQ(describe(4, "7").error_code, ErrorCode::invalid_request);
  EXPECT_EQ(describe(4, "").error_code, ErrorCode::none);
  EXPECT_EQ(describe(8, "1").error_code, ErrorCode::invalid_request);
  EXPECT_EQ(describe(2, "gone").error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(describe(2, "a/b").error_code, ErrorCode::invalid_topic_exception);
}

TEST_F(Configs, single_values_are_set_and_deleted) {
  ASSERT_TRUE(create("t", 1, {{"segment.ms", "77"}}));
  EXPECT_EQ(alter({{"retention.ms", 0, "5000"}, {"segment.ms", 1, std::nullopt}}), ErrorCode::none);
  EXPECT_EQ(value("retention.ms").value, "5000");
  EXPECT_EQ(value("segment.ms").value, "604800000");
  EXPECT_EQ(log_->find_topic("t")->topic->config().retention_ms, 5000);
}

TEST_F(Configs, lists_are_appended_to_and_subtracted_from) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(alter({{"cleanup.policy", 2, "compact"}}), ErrorCode::none);
  EXPECT_EQ(value("cleanup.policy").value, "delete,compact");
  EXPECT_EQ(alter({{"cleanup.policy", 2, "compact"}}), ErrorCode::none);
  EXPECT_EQ(value("cleanup.policy").value, "delete,compact");
  EXPECT_EQ(alter({{"cleanup.policy", 3, "delete"}}), ErrorCode::none);
  EXPECT_EQ(value("cleanup.policy").value, "compact");
  EXPECT_EQ(alter({{"retention.ms", 2, "1"}}), ErrorCode::invalid_config);
}

TEST_F(Configs, one_bad_value_changes_nothing) {
  ASSERT_TRUE(create("t"));
  EXPECT_EQ(alter({{"retention.ms", 0, "5000"}, {"segment.bytes", 0, "many"}}), ErrorCode::invalid_config);
  EXPECT_EQ(alter({{"retention.ms", 0, "5000"}, {"no.such.name", 0, "x"}}), ErrorCode::invalid_config);
  EXPECT_EQ(alter({{"retention.ms", 0, std::nullopt}}), ErrorCode::invalid_request);
  EXPECT_EQ(alter({{"cleanup.policy", 2, std::nullopt}}), ErrorCode::invalid_request);
  EXPECT_EQ(alter({{"retention.ms", 0, "1"}}, false, 2, ""), ErrorCode::invalid_request);
  EXPECT_EQ(alter({{"retention.ms", 9, "1"}}), ErrorCode::invalid_request);
  EXPECT_EQ(alter({{"retention.ms", 0, "1"}, {"retention.ms", 0, "2"}}), ErrorCode::invalid_request);
  EXPECT_EQ(alter({{"retention.ms", 0, "5000"}}, true), ErrorCode::none);
  EXPECT_EQ(alter({{"num.partitions", 0, "2"}}, false, 4, "1"), ErrorCode::invalid_request);
  EXPECT_EQ(alter({{"retention.ms", 0, "1"}}, false, 2, "gone"), ErrorCode::unknown_topic_or_partition);
  EXPECT_TRUE(log_->find_topic("t")->topic->overrides().empty());
}

TEST_F(Configs, older_clients_replace_the_whole_configuration) {
  ASSERT_TRUE(create("t", 1, {{"segment.ms", "77"}}));
  AlterConfigsRequest request;
  request.resources.push_back({2, "t", {{"retention.ms", "5000"}}});
  EXPECT_EQ(call(2, request).responses.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(log_->find_topic("t")->topic->overrides(), (std::map<std::string, std::string>{{"retention.ms", "5000"}}));
  request.resources[0].configs[0].value = "x";
  EXPECT_EQ(call(2, request).responses.at(0).error_code, ErrorCode::invalid_config);
  request.resources[0].configs[0].value = std::nullopt;
  EXPECT_EQ(call(2, request).responses.at(0).error_code, ErrorCode::invalid_request);
  request.resources[0].configs[0].value = "1";
  request.resources.push_back(request.resources[0]);
  for (const auto& answer : call(2, request).responses) {
    EXPECT_EQ(answer.error_code, ErrorCode::invalid_request) << "changes of one topic twice have no order";
  }
}

TEST_F(Configs, are_described_once_however_often_they_are_named) {
  DescribeConfigsRequest request;
  for (int i = 0; i < 3; ++i) request.resources.push_back({.resource_type = 4, .resource_name = "1"});
  EXPECT_EQ(call(4, request).results.size(), 1U);
}

}  // namespace
}  // namespace azud::kafka
