#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/type.h"
#include "sql/plan/schema.h"
#include "sql/plan/table.h"

namespace azud::sql {

/// What the planner has to know about a connector; how it does it is known in `connect`.
struct ConnectorTraits {
  bool reads = false;
  bool writes = false;
  ChangelogMode source_mode = ChangelogMode::insert_only;  ///< upsert: a changelog without -U, keyed
  ChangelogMode sink_mode = ChangelogMode::insert_only;    ///< the most that its sink takes
  bool needs_primary_key = false;
  bool shows_changes = false;  ///< a sink of all changes that wants to be told of -U as well

  struct Metadata {
    std::string_view key;
    data::DataType type;
    bool writable;
  };
  std::vector<Metadata> metadata;
  const Metadata* find_metadata(std::string_view key) const;
};

/// The connectors by the name in 'connector' = '…'.
class ConnectorRegistry {
 public:
  /// kafka, upsert-kafka, datagen, filesystem, print, blackhole.
  static const ConnectorRegistry& standard();

  ConnectorRegistry() = default;
  void add(std::string name, ConnectorTraits traits);

  /// An error that names the table, and the connectors there are, if its connector is unknown or missing.
  Result<const ConnectorTraits*> find(const TableDefinition& table) const;

 private:
  std::map<std::string, ConnectorTraits, std::less<>> traits_;
};

/// The table's option, or nothing.
const std::string* find_option(const TableDefinition& table, const std::string& key);

}  // namespace azud::sql
