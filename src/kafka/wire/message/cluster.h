#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kafka/wire/error_code.h"
#include "kafka/wire/field.h"
#include "kafka/wire/message/authorized_operations.h"

namespace azud::kafka {

struct DescribeClusterResponse;

/// The cluster id and its brokers, for admin clients.
struct DescribeClusterRequest {
  static constexpr MessageInfo info{ApiKey::describe_cluster, "DescribeClusterRequest", {0, 2}, 0};
  using Response = DescribeClusterResponse;

  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;

  static void visit(auto& m, auto& v) {
    v.field("includeClusterAuthorizedOperations", m.include_cluster_authorized_operations);
    v.field("endpointType", m.endpoint_type, since(1));
    v.field("includeFencedBrokers", m.include_fenced_brokers, since(2));
  }
};

struct DescribeClusterResponse {
  static constexpr MessageInfo info{ApiKey::describe_cluster, "DescribeClusterResponse", {0, 2}, 0};

  struct Broker {
    int32_t broker_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;
    bool is_fenced = false;

    static void visit(auto& m, auto& v) {
      v.field("brokerId", m.broker_id);
      v.field("host", m.host);
      v.field("port", m.port);
      v.field("rack", m.rack, nullable());
      v.field("isFenced", m.is_fenced, since(2));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  int8_t endpoint_type = 1;
  std::string cluster_id;
  int32_t controller_id = -1;
  std::vector<Broker> brokers;
  int32_t cluster_authorized_operations = authorized_operations_omitted;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code);
    v.field("errorMessage", m.error_message, nullable());
    v.field("endpointType", m.endpoint_type, since(1));
    v.field("clusterId", m.cluster_id);
    v.field("controllerId", m.controller_id);
    v.field("brokers", m.brokers);
    v.field("clusterAuthorizedOperations", m.cluster_authorized_operations);
  }
};

struct DescribeLogDirsResponse;

/// How large partitions are on disk. All topics: no list.
struct DescribeLogDirsRequest {
  static constexpr MessageInfo info{ApiKey::describe_log_dirs, "DescribeLogDirsRequest", {1, 5}, 2};
  using Response = DescribeLogDirsResponse;

  struct Topic {
    std::string topic;
    std::vector<int32_t> partitions;

    static void visit(auto& m, auto& v) {
      v.field("topic", m.topic);
      v.field("partitions", m.partitions);
    }
  };

  std::optional<std::vector<Topic>> topics;

  static void visit(auto& m, auto& v) { v.field("topics", m.topics, nullable()); }
};

struct DescribeLogDirsResponse {
  static constexpr MessageInfo info{ApiKey::describe_log_dirs, "DescribeLogDirsResponse", {1, 5}, 2};

  struct Partition {
    int32_t partition_index = 0;
    int64_t partition_size = 0;
    int64_t offset_lag = 0;
    bool is_future_key = false;

    static void visit(auto& m, auto& v) {
      v.field("partitionIndex", m.partition_index);
      v.field("partitionSize", m.partition_size);
      v.field("offsetLag", m.offset_lag);
      v.field("isFutureKey", m.is_future_key);
    }
  };

  struct Topic {
    std::string name;
    std::vector<Partition> partitions;

    static void visit(auto& m, auto& v) {
      v.field("name", m.name);
      v.field("partitions", m.partitions);
    }
  };

  struct Directory {
    ErrorCode error_code = ErrorCode::none;
    std::string log_dir;
    std::vector<Topic> topics;
    int64_t total_bytes = -1;
    int64_t usable_bytes = -1;
    bool is_cordoned = false;

    static void visit(auto& m, auto& v) {
      v.field("errorCode", m.error_code);
      v.field("logDir", m.log_dir);
      v.field("topics", m.topics);
      v.field("totalBytes", m.total_bytes, since(4));
      v.field("usableBytes", m.usable_bytes, since(4));
      v.field("isCordoned", m.is_cordoned, since(5));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<Directory> results;

  static void visit(auto& m, auto& v) {
    v.field("throttleTimeMs", m.throttle_time_ms);
    v.field("errorCode", m.error_code, since(3));
    v.field("results", m.results);
  }
};

}  // namespace azud::kafka
