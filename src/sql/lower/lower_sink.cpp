#include <algorithm>
#include <array>

#include "sql/analyze/unique_key.h"
#include "sql/lower/lowering.h"

namespace azud::sql {
namespace {

using Lengths = SinkNode::Lengths;
using Nested = SinkNode::Nested;

template <class T, std::size_t n>
Result<T> choose(const Settings& settings, const std::string& key,
                 const std::array<std::pair<std::string_view, T>, n>& words) {
  const std::string value = settings.text(key, std::string(words.front().first));
  std::string known;
  for (const auto& [word, meaning] : words) {
    if (word == value) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return fail(Code::invalid, "{} takes {}, not '{}'", key, known, value);
}

constexpr std::array<std::pair<std::string_view, bool>, 2> null_words = {{{"ERROR", false}, {"DROP", true}}};
constexpr std::array<std::pair<std::string_view, Lengths>, 3> length_words = {
    {{"IGNORE", Lengths::ignore}, {"TRIM_PAD", Lengths::trim_pad}, {"ERROR", Lengths::error}}};
constexpr std::array<std::pair<std::string_view, Nested>, 3> nested_words = {
    {{"IGNORE", Nested::none}, {"ROWS", Nested::rows}, {"ROWS_AND_COLLECTIONS", Nested::rows_and_collections}}};

/// How the values that are written are held to the types of the table.
Status set_constraints(SinkNode& node, const Settings& settings) {
  TRY_ASSIGN(node.drop_nulls, choose(settings, "table.exec.sink.not-null-enforcer", null_words));
  TRY_ASSIGN(node.lengths, choose(settings, "table.exec.sink.type-length-enforcer", length_words));
  TRY_ASSIGN(node.nested, choose(settings, "table.exec.sink.nested-constraint-enforcer", nested_words));
  if (node.lengths == Lengths::trim_pad && node.nested == Nested::rows_and_collections)
    return fail(Code::invalid,
                "'table.exec.sink.type-length-enforcer' = 'TRIM_PAD' does not cut inside of collections: set "
                "'table.exec.sink.nested-constraint-enforcer' to 'ROWS'");
  return {};
}

std::string list_names(const std::vector<int32_t>& columns, const Schema& schema) {
  std::string out;
  for (const int32_t column : columns) out += (out.empty() ? "" : ", ") + schema[static_cast<std::size_t>(column)].name;
  return out;
}

/// Whether the connector can write what the sink asks for.
Status check_traits(const LogicalSink& sink, const SinkNode& node, const ConnectorTraits& traits) {
  const std::string& connector = *find_option(*sink.table, "connector");
  if (!traits.writes)
    return std::unexpected(sink.origin.error(
        Code::unsupported, fmt::format("table {} can only be read: connector {}", sink.table->name, connector)));
  if (traits.needs_primary_key && node.key.empty())
    return std::unexpected(sink.origin.error(
        Code::invalid, fmt::format("table {} needs a primary key: connector {}", sink.table->name, connector),
        "declare PRIMARY KEY (…) NOT ENFORCED"));
  for (const int32_t place : sink.written) {
    const TableColumn& column = sink.table->columns[static_cast<std::size_t>(place)];
    if (column.kind != TableColumn::Kind::metadata) continue;
    const auto* metadata = traits.find_metadata(column.metadata_key);
    if (metadata == nullptr || !metadata->writable)
      return std::unexpected(sink.origin.error(
          Code::invalid,
          fmt::format("metadata '{}' of table {} cannot be written", column.metadata_key, sink.table->name),
          "declare the column VIRTUAL"));
  }
  return {};
}

}  // namespace

/// Before a table that takes updates by its key: rows of one key go to one worker, and if several rows of the query may
/// have the same key, all of them are kept. As in Flink 2.3 the query then has to say that this is meant.
Result<NodePtr> Lowering::lower_upserts(const LogicalSink& sink, const SinkNode& node, NodePtr input) {
  const bool updates = input->mode != ChangelogMode::insert_only;
  const auto in_key = [&](int32_t column) { return std::ranges::find(node.key, column) != node.key.end(); };
  const bool own = updates ? !input->upsert_key.empty() && std::ranges::all_of(input->upsert_key, in_key)
                           : is_unique(sink.input(), node.key);
  if (own) return input;
  if (!sink.on_conflict && settings_.flag("table.exec.sink.require-on-conflict", true)) {
    const std::string key = list_names(node.key, sink.output);
    return std::unexpected(sink.origin.error(
        Code::invalid,
        fmt::format("several rows of the query may have the same primary key ({}) of table {}", key, sink.table->name),
        fmt::format("GROUP BY {}; or end the statement with ON CONFLICT DO DEDUPLICATE, then the last row counts",
                    key)));
  }
  const NodePtr spread = exchange(input, node.key, sink.origin);
  // New rows only: the table keeps the last one anyway.
  if (!updates || settings_.text("table.exec.sink.upsert-materialize", "AUTO") == "NONE") return spread;
  auto materialize = std::make_shared<UpsertMaterializeNode>();
  materialize->inputs = {spread};
  materialize->output = input->output;
  materialize->key = node.key;
  materialize->input_key = input->upsert_key;
  materialize->state_ttl_ms = settings_.state_ttl_ms();
  return add(std::move(materialize), distribution(spread), sink.origin);
}

Result<NodePtr> Lowering::lower_sink(const LogicalSink& sink) {
  auto node = std::make_shared<SinkNode>();
  node->table = sink.table;
  node->written = sink.written;
  node->collect = sink.collect;
  node->output = sink.output;
  if (Status set = set_constraints(*node, settings_); !set)
    return std::unexpected(sink.origin.error(set.error().code(), set.error().message(), set.error().hint()));
  for (const int32_t place : sink.table->primary_key) {
    const auto found = std::ranges::find(sink.written, place);
    if (found != sink.written.end()) node->key.push_back(static_cast<int32_t>(found - sink.written.begin()));
  }
  TRY_ASSIGN(NodePtr input, lower(sink.inputs.front()));
  if (!sink.collect) {
    Result<const ConnectorTraits*> traits = connectors_.find(*sink.table);
    if (!traits)
      return std::unexpected(sink.origin.error(traits.error().code(), traits.error().message(), traits.error().hint()));
    TRY(check_traits(sink, *node, **traits));
    const bool upserts = (*traits)->sink_mode == ChangelogMode::upsert && !node->key.empty();
    if (sink.on_conflict && !upserts)
      return std::unexpected(Origin{sink.origin.source, *sink.on_conflict}.error(
          Code::invalid,
          fmt::format("ON CONFLICT is for tables that take updates by their primary key, and {} does not",
                      sink.table->name),
          "leave it out"));
    if (upserts) {
      TRY_ASSIGN(input, lower_upserts(sink, *node, input));
    }
  }
  node->inputs = {input};
  return add(std::move(node), distribution(input), sink.origin);
}

}  // namespace azud::sql
