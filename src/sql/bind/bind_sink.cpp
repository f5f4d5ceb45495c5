#include "sql/bind/bind_sink.h"

#include <algorithm>

#include "sql/bind/casting.h"
#include "sql/bind/type_rules.h"

namespace azud::sql {
namespace {

/// The columns that an INSERT gives, in the order of the table: physical ones and metadata that is not virtual.
std::vector<int32_t> written_columns(const TableDefinition& table) {
  std::vector<int32_t> places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const TableColumn& column = table.columns[i];
    const bool written = column.kind == TableColumn::Kind::physical ||
                         (column.kind == TableColumn::Kind::metadata && !column.metadata_virtual);
    if (written) places.push_back(static_cast<int32_t>(i));
  }
  return places;
}

class InsertBinder {
 public:
  InsertBinder(const ast::Insert& insert, const SourcePtr& source, PlanContext& plan)
      : insert_(insert), source_(source), plan_(plan), errors_(*source), place_(insert.table.front().place) {}

  Result<LogicalPtr> bind() {
    TRY_ASSIGN(const TablePtr table, find_table());
    table_ = table;
    QueryBinder binder(plan_, source_);
    TRY_ASSIGN(const Relation query, binder.bind(*insert_.query));
    const std::vector<int32_t> written = written_columns(*table_);
    TRY_ASSIGN(const std::vector<int32_t> given, given_columns(written));
    if (given.size() != query.columns.size())
      return errors_.invalid(
          place_,
          fmt::format("the query has {} columns, {} takes {}", query.columns.size(), table_->name, given.size()),
          "its columns are " + list(given));
    std::vector<ExpressionPtr> expressions;
    std::vector<std::string> names;
    for (const int32_t place : written) {
      TRY_ASSIGN(expressions.emplace_back(), value_for(place, given, query));
      names.push_back(column(place).name);
    }
    auto sink = std::make_shared<LogicalSink>();
    sink->inputs = {make_project(query.node, std::move(expressions), std::move(names), {source_, insert_.place})};
    for (const int32_t place : written) sink->output.push_back({column(place).name, column(place).type});
    sink->origin = {source_, place_};
    sink->table = table_;
    sink->written = written;
    sink->on_conflict = insert_.on_conflict;
    return sink;
  }

 private:
  const TableColumn& column(int32_t place) const { return table_->columns[static_cast<std::size_t>(place)]; }

  std::string list(const std::vector<int32_t>& places) const {
    std::string out;
    for (const int32_t place : places)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", column(place).name, column(place).type.to_sql());
    return out;
  }

  Result<TablePtr> find_table() const {
    TRY_ASSIGN(const std::string name, object_name(insert_.table, errors_));
    const TablePtr* found = plan_.catalogue.find_table(name);
    if (found == nullptr && plan_.catalogue.find_view(name) != nullptr)
      return errors_.invalid(place_, fmt::format("{} is a view: INSERT INTO takes tables", name));
    if (found == nullptr)
      return errors_.not_found(place_, fmt::format("there is no table {}", name),
                               suggestion(name, plan_.catalogue.names()));
    if (insert_.hints.empty()) return *found;
    auto changed = std::make_shared<TableDefinition>(**found);
    for (const ast::Hint& hint : insert_.hints)
      for (const ast::Option& option : hint.options) changed->options[option.key] = option.value;
    return changed;
  }

  Result<std::vector<int32_t>> given_columns(const std::vector<int32_t>& written) const {
    if (insert_.columns.empty()) return written;
    std::vector<int32_t> given;
    for (const ast::Name& name : insert_.columns) {
      const auto found = std::ranges::find_if(written, [&](int32_t place) { return column(place).name == name.text; });
      if (found == written.end())
        return errors_.not_found(name.place, fmt::format("{} has no column {} to write", table_->name, name.text),
                                 "its columns are " + list(written));
      if (std::ranges::find(given, *found) != given.end())
        return errors_.invalid(name.place, fmt::format("column {} is named twice", name.text));
      given.push_back(*found);
    }
    return given;
  }

  Result<ExpressionPtr> value_for(int32_t place, const std::vector<int32_t>& given, const Relation& query) const {
    const TableColumn& target = column(place);
    const auto found = std::ranges::find(given, place);
    if (found == given.end()) {
      if (!target.type.nullable())
        return errors_.invalid(
            place_, fmt::format("column {} of {} must not be NULL and is left out", target.name, table_->name));
      return Expression::constant(data::Value(), target.type);
    }
    const auto index = static_cast<int32_t>(found - given.begin());
    const Field& source = query.columns[static_cast<std::size_t>(index)];
    if (!can_assign(source.type, target.type))
      return errors_.invalid(
          place_,
          fmt::format("column {} of the query, {} {}, does not fit {} {} of {}", index + 1, source.name,
                      source.type.to_sql(), target.name, target.type.to_sql(), table_->name),
          can_cast(source.type, target.type)
              ? fmt::format("write CAST({} AS {})", source.name, target.type.with_nullable(true).to_sql())
              : "INSERT fills the columns in their order; name them: INSERT INTO t (a, b)");
    return cast_to(column_of(*query.node, index), target.type);
  }

  const ast::Insert& insert_;
  const SourcePtr& source_;
  PlanContext& plan_;
  BindErrors errors_;
  Place place_;
  TablePtr table_;
};

}  // namespace

Result<LogicalPtr> bind_insert(const ast::Insert& insert, const SourcePtr& source, PlanContext& plan) {
  return InsertBinder(insert, source, plan).bind();
}

Result<LogicalPtr> bind_collect(const ast::Query& query, const SourcePtr& source, PlanContext& plan) {
  QueryBinder binder(plan, source);
  TRY_ASSIGN(const Relation relation, binder.bind(query));
  auto table = std::make_shared<TableDefinition>();
  auto sink = std::make_shared<LogicalSink>();
  table->name = "result";
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    TableColumn column;
    column.name = relation.columns[i].name;
    column.type = relation.columns[i].type;
    table->columns.push_back(std::move(column));
    sink->written.push_back(static_cast<int32_t>(i));
  }
  sink->inputs = {relation.node};
  sink->output = relation.columns;
  sink->origin = {source, query.place};
  sink->table = std::move(table);
  sink->collect = true;
  return sink;
}

}  // namespace azud::sql
