#include "connect/registry.h"

#include <algorithm>
#include <array>

#include "connect/blackhole/blackhole_sink.h"
#include "connect/datagen/datagen_source.h"
#include "connect/kafka/kafka_options.h"
#include "connect/kafka/kafka_sink.h"
#include "connect/kafka/kafka_source.h"

namespace azud::connect {
namespace {

using stream::Connectors;

Status check_kafka(const sql::TableDefinition& table) {
  TRY(KafkaOptions::parse(table));
  return {};
}

using OpenSource = Result<std::unique_ptr<stream::Source>> (*)(const Connectors::ScanRequest&, const Environment&);
using OpenSink = Result<std::unique_ptr<stream::Sink>> (*)(const std::shared_ptr<const sql::SinkNode>&,
                                                           const Environment&);

struct Connector {
  std::string_view name;
  Status (*check)(const sql::TableDefinition& table);
  OpenSource open_source = nullptr;  ///< null: is no source, or reads_log
  OpenSink open_sink = nullptr;      ///< null: is no sink
  /// All its scans of a job share one source.
  bool reads_log = false;

  bool reads() const { return reads_log || open_source != nullptr; }
};

Result<std::unique_ptr<stream::Sink>> kafka_sink(const std::shared_ptr<const sql::SinkNode>& node,
                                                 const Environment& environment) {
  return open_kafka_sink(environment.kafka, node);
}

const auto table_of_connectors = std::to_array<Connector>({
    {.name = "blackhole",
     .check = check_blackhole,
     .open_sink = [](const auto& node, const Environment&) { return open_blackhole_sink(node); }},
    {.name = "datagen",
     .check = check_datagen,
     .open_source = [](const Connectors::ScanRequest& scan,
                       const Environment& e) { return open_datagen_source(scan, *e.files.clock, e.datagen_seed); }},
    {.name = "filesystem",
     .check = check_filesystem,
     .open_source = [](const Connectors::ScanRequest& scan,
                       const Environment& e) { return open_file_source(scan, e.files); }},
    {.name = "kafka", .check = check_kafka, .open_sink = kafka_sink, .reads_log = true},
    {.name = "print",
     .check = check_print,
     .open_sink = [](const auto& node, const Environment& e) { return open_print_sink(node, e.print); }},
    {.name = "upsert-kafka", .check = check_kafka, .open_sink = kafka_sink, .reads_log = true},
});

Result<const Connector*> find_connector(const sql::TableDefinition& table, TableUse use) {
  const auto given = table.options.find("connector");
  if (given == table.options.end())
    return fail(Code::invalid,
                "table {}: Table options do not contain an option key 'connector' for discovering a connector",
                table.name);
  const auto found = std::ranges::find(table_of_connectors, given->second, &Connector::name);
  if (found == table_of_connectors.end()) {
    std::string names;
    for (const std::string_view name : connector_names()) names.append(names.empty() ? "" : ", ").append(name);
    return std::unexpected(Error(
        Code::invalid,
        fmt::format("table {}: Cannot discover a connector using option: 'connector'='{}'", table.name, given->second),
        "Available factory identifiers are: " + names));
  }
  if (use == TableUse::source && !found->reads())
    return fail(Code::invalid, "table {}: Connector '{}' can only be used as a sink. It cannot be used as a source",
                table.name, found->name);
  if (use == TableUse::sink && found->open_sink == nullptr)
    return fail(Code::invalid, "table {}: Connector '{}' can only be used as a source. It cannot be used as a sink",
                table.name, found->name);
  return &*found;
}

}  // namespace

std::vector<std::string_view> connector_names() {
  std::vector<std::string_view> out;
  for (const Connector& connector : table_of_connectors) out.push_back(connector.name);
  return out;
}

Environment Environment::of(log::Log& log, io::FileSystem& files, const io::Clock& clock,
                            std::function<bool(std::string_view server)> is_embedded, const GroupOffsets* offsets) {
  Environment environment;
  environment.kafka = {.log = &log, .clock = &clock, .offsets = offsets, .is_embedded = std::move(is_embedded)};
  environment.files = {.files = &files, .clock = &clock, .log = &log};
  return environment;
}

Status check_table(const sql::TableDefinition& table, TableUse use) {
  TRY_ASSIGN(const Connector* connector, find_connector(table, use));
  return connector->check(table);
}

Result<std::vector<Connectors::OpenedSource>> Registry::open_sources(std::span<const ScanRequest> scans) {
  std::vector<OpenedSource> out;
  std::vector<ScanRequest> of_log;
  std::vector<std::size_t> of_log_places;
  for (std::size_t i = 0; i < scans.size(); ++i) {
    TRY_ASSIGN(const Connector* connector, find_connector(*scans[i].scan->table, TableUse::source));
    if (connector->reads_log) {
      of_log.push_back(scans[i]);
      of_log_places.push_back(i);
      continue;
    }
    OpenedSource& opened = out.emplace_back();
    TRY_ASSIGN(opened.source, connector->open_source(scans[i], environment_));
    opened.scans = {i};
  }
  if (of_log.empty()) return out;
  OpenedSource& opened = out.emplace_back();
  TRY_ASSIGN(opened.source, open_kafka_source(environment_.kafka, of_log));
  opened.scans = std::move(of_log_places);
  return out;
}

Result<std::unique_ptr<stream::Sink>> Registry::open_sink(const std::shared_ptr<const sql::SinkNode>& node) {
  if (node->collect) {
    if (!collector_) return fail(Code::invalid, "a SELECT runs where somebody takes its rows, not as a job of its own");
    return make_collect_sink(collector_);
  }
  TRY_ASSIGN(const Connector* connector, find_connector(*node->table, TableUse::sink));
  return connector->open_sink(node, environment_);
}

}  // namespace azud::connect
