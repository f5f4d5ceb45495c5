#include "sql/bind/casting.h"
#include "sql/bind/query_binder.h"
#include "sql/bind/type_rules.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

using data::DataType;

/// Builds what stands for a table in a plan: scan, computed columns and casts of metadata, watermark.
class ScanBuilder {
 public:
  ScanBuilder(TablePtr table, const ConnectorTraits& traits, Origin origin, const BindErrors& errors)
      : table_(std::move(table)), traits_(traits), origin_(std::move(origin)), errors_(errors) {}

  Result<LogicalPtr> build() {
    if (!traits_.reads)
      return errors_.invalid(origin_.place, fmt::format("table {} can only be written: connector {}", table_->name,
                                                        table_->options.at("connector")));
    if (traits_.needs_primary_key && table_->primary_key.empty())
      return errors_.invalid(
          origin_.place,
          fmt::format("table {} needs a primary key: connector {}", table_->name, table_->options.at("connector")),
          "declare PRIMARY KEY (…) NOT ENFORCED");
    TRY_ASSIGN(LogicalPtr node, make_scan());
    node = make_watermark(make_columns(node));
    return traits_.source_mode == ChangelogMode::upsert ? make_normalize(node) : node;
  }

 private:
  Result<LogicalPtr> make_scan() {
    auto scan = std::make_shared<LogicalScan>();
    scan->table = table_;
    scan->origin = origin_;
    read_at_.assign(table_->columns.size(), -1);
    for (std::size_t i = 0; i < table_->columns.size(); ++i) {
      const TableColumn& column = table_->columns[i];
      if (column.kind == TableColumn::Kind::computed) continue;
      DataType type = column.type;
      if (column.kind == TableColumn::Kind::metadata) {
        TRY_ASSIGN(type, metadata_type(column));
      }
      read_at_[i] = static_cast<int32_t>(scan->read.size());
      scan->read.push_back(static_cast<int32_t>(i));
      scan->output.push_back({column.name, type});
    }
    return scan;
  }

  /// The type that the connector gives; the declared one is cast to.
  Result<DataType> metadata_type(const TableColumn& column) const {
    const auto* metadata = traits_.find_metadata(column.metadata_key);
    if (metadata == nullptr) {
      std::string known;
      for (const auto& each : traits_.metadata) known += (known.empty() ? "" : ", ") + std::string(each.key);
      return errors_.not_found(origin_.place,
                               fmt::format("table {}: there is no metadata '{}'", table_->name, column.metadata_key),
                               known.empty() ? "this connector has none" : "there are " + known);
    }
    if (!can_cast(metadata->type, column.type))
      return errors_.invalid(origin_.place,
                             fmt::format("table {}: metadata '{}' is {}, not {}", table_->name, column.metadata_key,
                                         metadata->type.to_sql(), column.type.to_sql()));
    return metadata->type;
  }

  /// All columns as declared: casts of metadata, then computed columns over them.
  LogicalPtr make_columns(const LogicalPtr& scan) const {
    std::vector<ExpressionPtr> declared(table_->columns.size());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < declared.size(); ++i) {
      names.push_back(table_->columns[i].name);
      if (read_at_[i] >= 0) declared[i] = cast_to(column_of(*scan, read_at_[i]), table_->columns[i].type);
    }
    std::vector<ExpressionPtr> expressions = declared;
    for (std::size_t i = 0; i < declared.size(); ++i)
      if (table_->columns[i].computed) expressions[i] = replace_inputs(table_->columns[i].computed, declared);
    return make_project(scan, std::move(expressions), std::move(names), origin_);
  }

  LogicalPtr make_watermark(const LogicalPtr& input) const {
    if (table_->watermark_column < 0) return input;
    auto node = std::make_shared<LogicalWatermark>();
    node->inputs = {input};
    node->origin = origin_;
    node->table = table_;
    node->rowtime = table_->watermark_column;
    node->watermark = table_->watermark;
    node->output = input->output;
    node->output[static_cast<std::size_t>(node->rowtime)].time = TimeAttribute::rowtime;
    return node;
  }

  LogicalPtr make_normalize(const LogicalPtr& input) const {
    auto node = std::make_shared<LogicalNormalize>();
    node->inputs = {input};
    node->origin = origin_;
    node->key = table_->primary_key;
    node->output = input->output;
    return node;
  }

  TablePtr table_;
  const ConnectorTraits& traits_;
  Origin origin_;
  const BindErrors& errors_;
  std::vector<int32_t> read_at_;
};

/// The table with the options of /*+ OPTIONS(…) */; other hints that Flink knows change nothing here.
Result<TablePtr> with_hints(const TablePtr& table, const std::vector<ast::Hint>& hints, const BindErrors& errors) {
  if (hints.empty()) return table;
  auto changed = std::make_shared<TableDefinition>(*table);
  for (const ast::Hint& hint : hints) {
    if (!same_word(hint.name.text, "OPTIONS"))
      return errors.invalid(hint.name.place, fmt::format("a table takes the hint OPTIONS, not {}", hint.name.text));
    for (const ast::Option& option : hint.options) {
      if (option.key == "connector") return errors.invalid(option.place, "the connector cannot be changed by a hint");
      changed->options[option.key] = option.value;
    }
  }
  return changed;
}

}  // namespace

Result<Relation> QueryBinder::bind_table(const TablePtr& table, const std::vector<ast::Hint>& hints, Place place) {
  std::string key = "table " + table->name;
  for (const ast::Hint& hint : hints)
    for (const ast::Option& option : hint.options) key += fmt::format("\n{}\n{}", option.key, option.value);
  if (const auto bound = plan_.bound.find(key); bound != plan_.bound.end()) return bound->second;
  TRY_ASSIGN(const TablePtr hinted, with_hints(table, hints, errors()));
  Result<const ConnectorTraits*> traits = plan_.connectors.find(*hinted);
  if (!traits)
    return std::unexpected(origin(place).error(traits.error().code(), traits.error().message(), traits.error().hint()));
  TRY_ASSIGN(LogicalPtr node, ScanBuilder(hinted, **traits, origin(place), errors()).build());
  Relation relation = relation_of(std::move(node));
  plan_.bound.insert_or_assign(key, relation);
  return relation;
}

}  // namespace azud::sql
