#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct DescribeConfigsResponse;

/// Configuration of topics (resource type 2) and brokers (4) with where each value comes from.
struct DescribeConfigsRequest {
  static constexpr MessageInfo info{ApiKey::describe_configs, "DescribeConfigsRequest", {1, 4}, 4};
  using Response = DescribeConfigsResponse;

  struct Resource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::optional<std::vector<std::string>> configuration_keys;

    static void visit(auto& m, auto& v) {
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
      v.field("configurationKeys", m.configuration_keys, nullable());
    }
  };

  std::vector<Resource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  static void visit(auto& m, auto& v) {
    v.field("resources", m.resources);
    v.field("includeSynonyms", m.include_synonyms);
    v.field("includeDocumentation", m.include_documentation, since(3));
  }
};

struct DescribeConfigsResponse {
  static constexpr MessageInfo info{ApiKey::describe_configs, "DescribeConfigsResponse", {1, 4}, 4};

  struct Synonym {
    std::string name;
    std::optional<std::string> value;
    int8_t source = 0;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("value", m.value, nullable());
      v.field("source", m.source);
    }
  };

  struct Config {
    std::string name;
    std::optional<std::string> value;
    bool read_only = false;
    int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<Synonym> synonyms;
    int8_t config_type = 0;
    std::optional<std::string> documentation;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("value", m.value, nullable());
      v.field("readOnly", m.read_only);
      v.field("configSource", m.config_source);
      v.field("isSensitive", m.is_sensitive);
      v.field("synonyms", m.synonyms);
      v.field("configType", m.config_type, since(3));
      v.field("documentation", m.documentation, since(3).nullable());
    }
  };

  struct Resource {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
      v.field("configs", m.configs);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Resource> results;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("results", m.results);
  }
};

struct AlterConfigsResponse;

/// Replaces the whole configuration of resources.
struct AlterConfigsRequest {
  static constexpr MessageInfo info{ApiKey::alter_configs, "AlterConfigsRequest", {0, 2}, 2};
  using Response = AlterConfigsResponse;

  struct Config {
    std::string name;
    std::optional<std::string> value;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("value", m.value, nullable());
    }
  };

  struct Resource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;

    static void visit(auto& m, auto& v) {
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
      v.field("configs", m.configs);
    }
  };

  std::vector<Resource> resources;
  bool validate_only = false;

  static void visit(auto& m, auto& v) {
    v.field("resources", m.resources);
    v.field("validateOnly", m.validate_only);
  }
};

struct AlterConfigsResponse {
  static constexpr MessageInfo info{ApiKey::alter_configs, "AlterConfigsResponse", {0, 2}, 2};

  struct Resource {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Resource> responses;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("responses", m.responses);
  }
};

struct IncrementalAlterConfigsResponse;

/// Changes single values: set 0, delete 1, append 2, subtract 3.
struct IncrementalAlterConfigsRequest {
  static constexpr MessageInfo info{ApiKey::incremental_alter_configs, "IncrementalAlterConfigsRequest", {0, 1}, 1};
  using Response = IncrementalAlterConfigsResponse;

  struct Config {
    std::string name;
    int8_t config_operation = 0;
    std::optional<std::string> value;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("configOperation", m.config_operation);
      v.field("value", m.value, nullable());
    }
  };

  struct Resource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<Config> configs;

    static void visit(auto& m, auto& v) {
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
      v.field("configs", m.configs);
    }
  };

  std::vector<Resource> resources;
  bool validate_only = false;

  static void visit(auto& m, auto& v) {
    v.field("resources", m.resources);
    v.field("validateOnly", m.validate_only);
  }
};

struct IncrementalAlterConfigsResponse {
  static constexpr MessageInfo info{ApiKey::incremental_alter_configs, "IncrementalAlterConfigsResponse", {0, 1}, 1};

  struct Resource {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("errorMessage", m.error_message, nullable());
      v.field("resourceType", m.resource_type);
      v.field("resourceName", m.resource_name);
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<Resource> responses;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("responses", m.responses);
  }
};

}  // namespace azud::kafka
