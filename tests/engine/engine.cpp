#include "engine.h"

#include <algorithm>
#include <array>

#include "sql/plan/physical_io.h"
#include "sql/syntax/parser.h"

namespace azud::engine {
namespace {

using stream::testing::Flow;

constexpr std::array modes = {sql::ChangelogMode::insert_only, sql::ChangelogMode::upsert, sql::ChangelogMode::retract};

std::string connector_name(sql::ChangelogMode source, sql::ChangelogMode sink) {
  using enum sql::ChangelogMode;
  std::string name = "values";
  if (source != insert_only) name += source == upsert ? "-upsert" : "-retract";
  if (sink != retract) name += sink == upsert ? "-keyed" : "-append";
  return name;
}

/// Tables in memory by the changes that their source gives and that they take.
sql::ConnectorRegistry memory_connectors() {
  sql::ConnectorRegistry registry;
  for (const sql::ChangelogMode source : modes)
    for (const sql::ChangelogMode sink : modes) {
      sql::ConnectorTraits traits{
          .reads = true, .writes = true, .source_mode = source, .sink_mode = sink, .shows_changes = true};
      traits.metadata = {{"timestamp", data::DataType::timestamp_ltz(3).not_null(), true}};
      registry.add(connector_name(source, sink), std::move(traits));
    }
  return registry;
}

std::string option_of(const std::vector<sql::ast::Option>& options, const std::string& key) {
  for (const sql::ast::Option& option : options)
    if (option.key == key) return option.value;
  return "";
}

/// "I", "I,UA,D" or "I,UB,UA,D".
sql::ChangelogMode mode_of(const std::string& kinds, sql::ChangelogMode otherwise) {
  if (kinds.empty()) return otherwise;
  if (kinds.find("UB") != std::string::npos) return sql::ChangelogMode::retract;
  return kinds.find("UA") != std::string::npos ? sql::ChangelogMode::upsert : sql::ChangelogMode::insert_only;
}

/// The memory connector that does what Flink's test connector does with these options. A table with a primary key takes
/// upserts, unless it is told otherwise.
std::string memory_connector(const sql::ast::CreateTable& table) {
  const bool keyed = table.primary_key.has_value();
  const sql::ChangelogMode source =
      mode_of(option_of(table.options, "changelog-mode"), sql::ChangelogMode::insert_only);
  const sql::ChangelogMode sink = option_of(table.options, "sink-insert-only") == "true"
                                      ? sql::ChangelogMode::insert_only
                                      : mode_of(option_of(table.options, "sink-changelog-mode-enforced"),
                                                keyed ? sql::ChangelogMode::upsert : sql::ChangelogMode::retract);
  return connector_name(source, sink);
}

/// "ts:TIMESTAMP(3),c:STRING": what Flink's test connector takes as metadata.
Result<std::vector<std::pair<std::string, data::DataType>>> metadata_types(std::string list) {
  std::vector<std::pair<std::string, data::DataType>> types;
  while (!list.empty()) {
    const std::size_t colon = list.find(':');
    std::size_t end = colon;
    for (int depth = 0; end < list.size() && (list[end] != ',' || depth > 0); ++end)
      depth += list[end] == '(' || list[end] == '<' ? 1 : list[end] == ')' || list[end] == '>' ? -1 : 0;
    const std::string name = list.substr(0, colon), type = list.substr(colon + 1, end - colon - 1);
    list.erase(0, end + 1);
    sql::Session scratch;
    const auto source =
        std::make_shared<const sql::Source>("", "CREATE TABLE t (x " + type + ") WITH ('connector' = 'blackhole');");
    TRY_ASSIGN(const auto statements, sql::parse_script(source));
    TRY(scratch.execute(statements.front()));
    types.emplace_back(name, (*scratch.catalogue().find_table("t"))->columns[0].type);
  }
  return types;
}

/// "INT, STRING": whether they may be NULL left out.
std::string types_of(const sql::TableDefinition& table) {
  std::string text;
  for (const sql::TableColumn& column : table.columns)
    text += (text.empty() ? "" : ", ") + column.type.with_nullable(true).to_sql();
  return text;
}

}  // namespace

const std::vector<Disturbance>& disturbances() {
  static const std::vector<Disturbance> all = {{.name = "one row at a time", .one_row_a_poll = true},
                                               {.name = "large batches on three workers", .workers = 3},
                                               {.name = "restarts", .workers = 2, .restarts = true},
                                               {.name = "random batches", .workers = 2, .random_polls = true}};
  return all;
}

Engine::Engine(Disturbance how, uint32_t seed)
    : how_(std::move(how)), random_(seed), registry_(memory_connectors()), session_(registry_) {
  tables_.sinks_take_all_changes = true;
  if (how_.one_row_a_poll) tables_.poll_rows = {1};
  if (how_.restarts) tables_.poll_rows = {2};
}

Status Engine::execute(const std::string& sql) {
  TRY_ASSIGN(std::vector<sql::ast::Statement> statements,
             sql::parse_script(std::make_shared<const sql::Source>("", sql)));
  for (sql::ast::Statement& statement : statements) TRY(execute(std::move(statement)));
  return {};
}

Result<std::string> Engine::connector_with_metadata(const sql::ast::CreateTable& table) {
  std::string memory = memory_connector(table);
  const std::string readable = option_of(table.options, "readable-metadata");
  const std::string writable = option_of(table.options, "writable-metadata");
  if (readable.empty() && writable.empty()) return memory;
  sql::TableDefinition like;
  like.options = {{"connector", memory}};
  TRY_ASSIGN(const sql::ConnectorTraits* plain, registry_.find(like));
  sql::ConnectorTraits traits = *plain;
  for (const bool write : {false, true}) {
    TRY_ASSIGN(const auto types, metadata_types(write ? writable : readable));
    for (const auto& [name, type] : types) {
      metadata_names_.push_back(std::make_unique<std::string>(name));
      traits.metadata.push_back({*metadata_names_.back(), type, write});
    }
  }
  memory += "-" + table.name.back().text;
  registry_.add(memory, std::move(traits));
  return memory;
}

/// As Flink's sinks get a row: physical columns, then metadata in the order in which the connector lists it.
Result<std::vector<std::size_t>> Engine::shown_columns(const sql::SinkNode& sink) const {
  TRY_ASSIGN(const sql::ConnectorTraits* traits, registry_.find(*sink.table));
  std::vector<std::pair<std::size_t, std::size_t>> ranked;
  for (std::size_t i = 0; i < sink.written.size(); ++i) {
    const sql::TableColumn& column = sink.table->columns[static_cast<std::size_t>(sink.written[i])];
    std::size_t rank = 0;
    if (column.kind == sql::TableColumn::Kind::metadata)
      rank = 1 + static_cast<std::size_t>(traits->find_metadata(column.metadata_key) - traits->metadata.data());
    ranked.emplace_back(rank, i);
  }
  std::ranges::sort(ranked);
  std::vector<std::size_t> columns;
  for (const auto& [rank, column] : ranked) columns.push_back(column);
  return columns;
}

Status Engine::execute(sql::ast::Statement statement) {
  if (auto* create = std::get_if<sql::ast::CreateTable>(&statement.node)) {
    const std::string connector = option_of(create->options, "connector");
    if (connector.empty() || connector == "values") {
      TRY_ASSIGN(const std::string memory, connector_with_metadata(*create));
      create->options = {sql::ast::Option{.key = "connector", .value = memory}};
    }
  }
  TRY_ASSIGN(sql::Outcome outcome, session_.execute(statement));
  for (const auto& [name, table] : session_.catalogue().tables())
    if (!tables_.has(name)) tables_.add(name, splits_.contains(name) ? splits_.at(name) : 1);
  auto* plan = std::get_if<sql::PhysicalPlan>(&outcome.result);
  if (plan == nullptr) return {};
  for (const sql::NodePtr& sink : plan->sinks) {
    const std::string& name = sink->as<sql::SinkNode>().table->name;
    if (!tables_.has(name)) tables_.add(name);
    if (!sink->as<sql::SinkNode>().collect) {
      TRY_ASSIGN(tables_.table(name).shown, shown_columns(sink->as<sql::SinkNode>()));
    }
    if (sink->as<sql::SinkNode>().collect) result_types_ = types_of(*sink->as<sql::SinkNode>().table);
    if (std::ranges::find(sinks_, name) == sinks_.end()) sinks_.push_back(name);
  }
  plans_.push_back(std::move(*plan));
  return {};
}

const sql::TableDefinition* Engine::find(const std::string& table) const {
  const sql::TablePtr* found = session_.catalogue().find_table(table);
  return found == nullptr ? nullptr : found->get();
}

Result<std::vector<data::DataType>> Engine::row_types(const std::string& table) const {
  const sql::TableDefinition* found = find(table);
  if (found == nullptr) return fail(Code::not_found, "there is no table {}", table);
  std::vector<data::DataType> types;
  for (const sql::TableColumn& column : found->columns)
    if (column.kind != sql::TableColumn::Kind::computed) types.push_back(column.type);
  return types;
}

Status Engine::feed(const std::string& table, stream::testing::MemoryRow row, std::size_t split) {
  const sql::TableDefinition* found = find(table);
  if (found == nullptr) return fail(Code::not_found, "there is no table {}", table);
  data::Value::List values(found->columns.size());
  std::size_t given = 0;
  for (std::size_t i = 0; i < found->columns.size(); ++i)
    if (found->columns[i].kind != sql::TableColumn::Kind::computed) {
      if (given == row.values.size()) return fail(Code::invalid, "a row for {} has only {} values", table, given);
      values[i] = std::move(row.values[given++]);
    }
  row.values = std::move(values);
  tables_.append(table, std::move(row), split);
  return {};
}

void Engine::set_log_clock(TimestampMs now) {
  tables_.clock = now;
  for (const auto& [name, table] : session_.catalogue().tables()) tables_.follows_clock[name] = true;
}

Status Engine::open_jobs() {
  const Result<stream::Zone> zone = stream::Zone::find(session_.settings().text("table.local-time-zone", "UTC"));
  if (!zone) return std::unexpected(zone.error());
  while (flows_.size() < plans_.size()) {
    flows_.push_back(
        std::make_unique<Flow>(plans_[flows_.size()], tables_, clock_, stream::EvalSettings{.zone = *zone}));
    TRY(flows_.back()->start(how_.workers));
  }
  return {};
}

Status Engine::restart() {
  for (auto& flow : flows_) {
    random_ = random_ * 1664525 + 1013904223;
    TRY(flow->start(how_.restarts ? 1 + (random_ >> 20) % 4 : how_.workers));
  }
  return {};
}

Status Engine::run() {
  TRY(open_jobs());
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    Flow& flow = *flows_[i];
    for (bool more = true; more;) {
      if (how_.random_polls) {
        random_ = random_ * 1664525 + 1013904223;
        tables_.poll_rows = {1 + (random_ >> 16) % 7};
      }
      TRY_ASSIGN(const stream::Runtime::Swept swept, flow.sweep());
      more = !swept.at_end;
      if (!how_.restarts || !more) continue;
      random_ = random_ * 1664525 + 1013904223;
      TRY(flow.commit((random_ >> 18) % 4 == 0));
      TRY(flow.start(1 + (random_ >> 20) % 4));
    }
    TRY(flow.commit());
  }
  return {};
}

std::vector<std::string> Engine::take_written(const std::string& table) {
  const std::vector<std::string>& all = tables_.table(table).written;
  std::size_t& taken = taken_[table];
  std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(taken), all.end());
  taken = all.size();
  return fresh;
}

std::size_t Engine::written_count() {
  std::size_t count = 0;
  for (const std::string& sink : sinks_) count += tables_.table(sink).written.size();
  return count;
}

std::vector<std::string> Engine::take_late() {
  std::vector<std::string> fresh;
  for (const auto& flow : flows_) {
    std::size_t& taken = late_taken_[flow.get()];
    fresh.insert(fresh.end(), flow->late().begin() + static_cast<std::ptrdiff_t>(taken), flow->late().end());
    taken = flow->late().size();
  }
  return fresh;
}

}  // namespace azud::engine
