#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"

namespace azud::kafka {

struct ApiVersionsResponse;

/// Which requests are understood, in which versions. Asked first, before the client knows anything of us.
struct ApiVersionsRequest {
  static constexpr MessageInfo info{ApiKey::api_versions, "ApiVersionsRequest", {0, 4}, 3};
  using Response = ApiVersionsResponse;

  std::string client_software_name;
  std::string client_software_version;

  static void visit(auto& m, auto& v) {
    v.field("clientSoftwareName", m.client_software_name, since(3));
    v.field("clientSoftwareVersion", m.client_software_version, since(3));
  }
};

struct ApiVersionsResponse {
  static constexpr MessageInfo info{ApiKey::api_versions, "ApiVersionsResponse", {0, 4}, 3};

  struct Api {
    int16_t api_key = 0;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static void visit(auto& m, auto& v) {
      v.field("apiKey", m.api_key);
      v.field("minVersion", m.min_version);
      v.field("maxVersion", m.max_version);
    }
  };

  struct SupportedFeature {
    std::string name;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("minVersion", m.min_version);
      v.field("maxVersion", m.max_version);
    }
  };

  struct FinalizedFeature {
    std::string name;
    int16_t max_version_level = 0;
    int16_t min_version_level = 0;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("maxVersionLevel", m.max_version_level);
      v.field("minVersionLevel", m.min_version_level);
    }
  };

  ErrorCode error_code = ErrorCode::none;
  std::vector<Api> api_keys;
  int32_t throttle_time_ms = 0;
  std::vector<SupportedFeature> supported_features;
  int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeature> finalized_features;
  bool zk_migration_ready = false;

  static void visit(auto& m, auto& v) {
    v.field("errorCode", m.error_code);
    v.field("apiKeys", m.api_keys);
    v.field("throttleTimeMs", m.throttle_time_ms, since(1));
    v.tagged(0, "supportedFeatures", m.supported_features, since(3));
    v.tagged(1, "finalizedFeaturesEpoch", m.finalized_features_epoch, since(3), int64_t{-1});
    v.tagged(2, "finalizedFeatures", m.finalized_features, since(3));
    v.tagged(3, "zkMigrationReady", m.zk_migration_ready, since(3));
  }
};

}  // namespace azud::kafka
