#include "sql/plan/connector_traits.h"

#include <algorithm>

namespace azud::sql {
namespace {

using data::DataType;

std::vector<ConnectorTraits::Metadata> kafka_metadata() {
  const DataType header_row = DataType::row({{"key", DataType::string()}, {"value", DataType::bytes()}});
  return {{"topic", DataType::string().not_null(), true},
          {"partition", DataType::integer().not_null(), false},
          {"offset", DataType::bigint().not_null(), false},
          {"timestamp", DataType::timestamp_ltz(3).not_null(), true},
          {"timestamp-type", DataType::string().not_null(), false},
          {"leader-epoch", DataType::integer(), false},
          {"headers", DataType::map(DataType::string().not_null(), DataType::bytes().not_null()), true},
          {"header-list", DataType::array(header_row), true}};
}

ConnectorRegistry make_standard() {
  ConnectorRegistry registry;
  ConnectorTraits kafka{.reads = true, .writes = true};
  kafka.metadata = kafka_metadata();
  ConnectorTraits upsert_kafka = kafka;
  upsert_kafka.source_mode = ChangelogMode::upsert;
  upsert_kafka.sink_mode = ChangelogMode::upsert;
  upsert_kafka.needs_primary_key = true;
  registry.add("kafka", std::move(kafka));
  registry.add("upsert-kafka", std::move(upsert_kafka));
  registry.add("datagen", {.reads = true});
  registry.add("filesystem", {.reads = true,
                              .metadata = {{"file.path", DataType::string().not_null(), false},
                                           {"file.name", DataType::string().not_null(), false},
                                           {"file.size", DataType::bigint().not_null(), false},
                                           {"file.modification-time", DataType::timestamp_ltz(3).not_null(), false}}});
  registry.add("print", {.writes = true, .sink_mode = ChangelogMode::retract, .shows_changes = true});
  registry.add("blackhole", {.writes = true, .sink_mode = ChangelogMode::retract});
  return registry;
}

}  // namespace

const ConnectorTraits::Metadata* ConnectorTraits::find_metadata(std::string_view key) const {
  const auto found = std::ranges::find(metadata, key, &Metadata::key);
  return found == metadata.end() ? nullptr : &*found;
}

const ConnectorRegistry& ConnectorRegistry::standard() {
  static const ConnectorRegistry registry = make_standard();
  return registry;
}

void ConnectorRegistry::add(std::string name, ConnectorTraits traits) {
  traits_.insert_or_assign(std::move(name), std::move(traits));
}

Result<const ConnectorTraits*> ConnectorRegistry::find(const TableDefinition& table) const {
  const std::string* name = find_option(table, "connector");
  if (name == nullptr)
    return std::unexpected(Error(Code::invalid, fmt::format("table {} has no connector", table.name),
                                 "write WITH ('connector' = 'kafka', …)"));
  const auto found = traits_.find(*name);
  if (found != traits_.end()) return &found->second;
  std::string known;
  for (const auto& [each, traits] : traits_) known += (known.empty() ? "" : ", ") + each;
  return std::unexpected(Error(Code::not_found, fmt::format("table {}: there is no connector {}", table.name, *name),
                               fmt::format("there are {}", known)));
}

const std::string* find_option(const TableDefinition& table, const std::string& key) {
  const auto found = table.options.find(key);
  return found == table.options.end() ? nullptr : &found->second;
}

}  // namespace azud::sql
