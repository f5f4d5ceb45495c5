#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/configuration/alarm_section.h"
#include "app/configuration/broker_section.h"
#include "app/configuration/ingress_section.h"
#include "base/result.h"
#include "base/time.h"
#include "log/log.h"
#include "web/web_server.h"

namespace azud::app {

enum class EventTime : uint8_t {
  arrival,  ///< event-time topics are LogAppendTime
  nominal,  ///< event-time topics are CreateTime, and age deletes nothing
};

/// A topic that exists before anything else starts.
struct TopicSection {
  std::string name;
  int32_t partitions = 1;
  bool event_time = false;                    ///< its timestamps are the event time
  std::map<std::string, std::string> config;  ///< Kafka's per-topic names
};

/// A file of SQL statements that runs as long as azud does.
struct JobSection {
  std::string name;  ///< names its state: keep it when the file changes
  std::filesystem::path file;
  std::map<std::string, std::string> set;  ///< as SET 'key' = 'value' before the file
};

/// Records for a topic that has none yet.
struct LoadSection {
  std::string topic;
  std::string generator;       ///< of the built-in system, or
  std::filesystem::path file;  ///< one JSON object a line
  std::string key;             ///< the file's key field
  std::map<std::string, std::string> parameters;
  TimestampMs nominal_timestamp_ms = 1'000;  ///< with EventTime::nominal
};

/// What `azud demo` sends to itself.
struct SimulateSection {
  double rate = 0;  ///< messages a second; 0 = as fast as possible
  std::map<std::string, std::string> parameters;
};

/// The configuration file (docs/configuration.md).
struct Configuration {
  std::string name = "azud";
  std::filesystem::path folder;  ///< of the file: relative paths in it start here
  std::filesystem::path data = "azud-data";
  EventTime event_time = EventTime::arrival;
  log::LogOptions log;
  BrokerSection broker;
  IngressSection ingress;
  std::string web_listen = "[::]:7000";
  io::HttpServerOptions web_limits = web::WebServer::default_limits();
  enum class WebSql : uint8_t { off, local, anyone };
  WebSql web_sql = WebSql::local;  ///< from where SQL and orders to jobs are taken
  std::filesystem::path dashboards;
  std::string home_dashboard;
  std::vector<TopicSection> topics;
  std::vector<LoadSection> load;
  std::vector<JobSection> jobs;
  std::vector<alarm::AlarmRule> alarms;
  MailSection mail;
  std::optional<SimulateSection> simulate;

  /// Every complaint names file, line, column and what is allowed.
  static Result<Configuration> load_file(const std::filesystem::path& file);
  static Result<Configuration> parse(const std::string& text, const std::string& name, std::filesystem::path folder);
};

}  // namespace azud::app
