#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "log/log.h"

namespace azud::app {

/// A topic that must exist before anything else starts.
struct TopicSection {
  std::string name;
  int32_t partitions = 1;
  std::map<std::string, std::string> config;  ///< Kafka's per-topic names
};

/// A file of SQL statements that runs as long as azud does.
struct JobSection {
  std::string name;  ///< names its state: keep it when the file changes
  std::string file;
  std::map<std::string, std::string> set;  ///< as SET 'key' = 'value' before the file
};

/// The broker's section: Kafka's own names and values (server.properties), kept as written.
struct BrokerSection {
  std::vector<std::string> listeners{"[::]:9092"};
  std::map<std::string, std::string> properties;
};

/// The configuration file (docs/configuration.md). Sections of the rooms above the log are read by configuration_*.cpp.
struct Configuration {
  std::string name = "azud";
  std::filesystem::path folder;  ///< of the file: relative paths in it start here
  std::filesystem::path data = "azud-data";
  log::LogOptions log;
  BrokerSection broker;
  std::string ingress_listen = "[::]:19092";
  std::string web_listen = "[::]:7000";
  std::vector<TopicSection> topics;
  std::vector<JobSection> jobs;
};

}  // namespace azud::app
