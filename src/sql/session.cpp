#include "sql/session.h"

#include <algorithm>

#include "sql/bind/bind_sink.h"
#include "sql/bind/bind_table.h"
#include "sql/bind/signature.h"
#include "sql/explain/explain.h"
#include "sql/lower/lower.h"
#include "sql/rules/rules.h"
#include "sql/syntax/outline.h"

namespace azud::sql {
namespace {

using ast::Statement;

Outcome listing(std::vector<std::string> columns, std::vector<std::vector<std::string>> rows) {
  return {Listing{std::move(columns), std::move(rows)}, {}};
}

Outcome listing_of(std::string column, const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : names) rows.push_back({name});
  return listing({std::move(column)}, std::move(rows));
}

}  // namespace

/// One statement on its way through a session.
struct Execution {
  Session& session;
  const Statement& statement;
  BindErrors errors;

  Execution(Session& on, const Statement& what) : session(on), statement(what), errors(*what.source) {}

  Result<Outcome> run(const ast::CreateTable& create) {
    TRY_ASSIGN(TablePtr table, bind_create_table(create, session.catalogue_, errors));
    const std::string name = table->name;
    if (!session.catalogue_.add_table(table) && !create.if_not_exists) return exists(create.name, name);
    return Outcome{};
  }

  Result<Outcome> run(const ast::CreateView& create) {
    TRY_ASSIGN(const std::string name, object_name(create.name, errors));
    ViewDefinition view{
        name, {}, create.query, statement.source, std::string(statement.source->text(create.query->place))};
    for (const ast::Name& column : create.columns) view.columns.push_back(column.text);
    // Bound for its errors only: each statement that uses the view binds it anew.
    PlanContext plan{session.catalogue_, session.connectors_};
    QueryBinder binder(plan, statement.source);
    TRY_ASSIGN(const Relation relation, binder.bind(*create.query));
    if (!view.columns.empty() && view.columns.size() != relation.columns.size())
      return errors.invalid(create.columns.front().place,
                            fmt::format("view {} names {} columns, its query has {}", name, view.columns.size(),
                                        relation.columns.size()));
    if (!session.catalogue_.add_view(view) && !create.if_not_exists) return exists(create.name, name);
    return Outcome{};
  }

  Result<Outcome> run(const ast::CreateFunction& create) {
    TRY_ASSIGN(std::string name, object_name(create.name, errors));
    if (!create.class_name.ends_with(".CountChar"))
      return errors.unsupported(create.name.back().place,
                                fmt::format("there is no twin of the class {}", create.class_name),
                                "azud runs no Java; the functions that it has are listed by SHOW FUNCTIONS");
    if (!session.catalogue_.add_function(name, Function::count_char) && !create.if_not_exists)
      return exists(create.name, name);
    return Outcome{};
  }

  std::unexpected<Error> exists(const ast::NamePath& path, const std::string& name) const {
    return std::unexpected(error_at(*statement.source, path.back().place, Code::already_exists,
                                    fmt::format("{} exists already", name), "DROP it first, or add IF NOT EXISTS"));
  }

  Result<Outcome> run(const ast::Drop& drop) {
    TRY_ASSIGN(const std::string name, object_name(drop.name, errors));
    Catalogue& catalogue = session.catalogue_;
    const bool dropped = drop.what == ast::Drop::What::table  ? catalogue.drop_table(name)
                         : drop.what == ast::Drop::What::view ? catalogue.drop_view(name)
                                                              : catalogue.drop_function(name);
    if (!dropped && !drop.if_exists)
      return errors.not_found(drop.name.back().place, fmt::format("there is no {} to drop", name), "add IF EXISTS");
    return Outcome{};
  }

  Result<Outcome> run(const ast::Show& show) {
    const Catalogue& catalogue = session.catalogue_;
    if (show.what == "TABLES") return listing_of("table name", catalogue.names());
    if (show.what == "FUNCTIONS") return listing_of("function name", function_names());
    if (show.what == "VIEWS") {
      std::vector<std::string> names;
      for (const auto& [name, view] : catalogue.views()) names.push_back(name);
      return listing_of("view name", names);
    }
    if (show.what == "JOBS")
      return errors.unsupported(statement.place, "SHOW JOBS is not a statement of the planner",
                                "azud jobs lists the jobs");
    if (show.what == "COLUMNS") return describe(show.name);
    TRY_ASSIGN(const std::string name, object_name(show.name, errors));
    if (show.what == "CREATE TABLE") {
      const TablePtr* table = catalogue.find_table(name);
      if (table == nullptr) return missing(show.name, name);
      return listing_of("result", {to_ddl(**table)});
    }
    const ViewDefinition* view = catalogue.find_view(name);
    if (view == nullptr) return missing(show.name, name);
    return listing_of("result", {fmt::format("CREATE VIEW `{}` AS\n{}", name, view->text)});
  }

  std::unexpected<Error> missing(const ast::NamePath& path, const std::string& name) const {
    return errors.not_found(path.back().place, fmt::format("there is no table or view {}", name),
                            suggestion(name, session.catalogue_.names()));
  }

  Result<Outcome> run(const ast::Describe& describe_statement) { return describe(describe_statement.name); }

  Result<Outcome> describe(const ast::NamePath& path) {
    TRY_ASSIGN(const std::string name, object_name(path, errors));
    std::vector<std::vector<std::string>> rows;
    const std::vector<std::string> columns = {"name", "type", "null", "key", "extras", "watermark"};
    if (const TablePtr* table = session.catalogue_.find_table(name)) {
      for (std::size_t i = 0; i < (*table)->columns.size(); ++i) rows.push_back(describe_column(**table, i));
      return listing(columns, std::move(rows));
    }
    const ViewDefinition* view = session.catalogue_.find_view(name);
    if (view == nullptr) return missing(path, name);
    PlanContext plan{session.catalogue_, session.connectors_};
    QueryBinder binder(plan, view->source);
    TRY_ASSIGN(Relation relation, binder.bind(*view->query));
    for (std::size_t i = 0; i < relation.columns.size(); ++i) {
      const Field& field = relation.columns[i];
      const bool named = i < view->columns.size();
      const char* time = field.time == TimeAttribute::rowtime    ? "ROWTIME"
                         : field.time == TimeAttribute::proctime ? "PROCTIME"
                                                                 : "";
      rows.push_back({named ? view->columns[i] : field.name, field.type.with_nullable(true).to_sql(),
                      field.type.nullable() ? "TRUE" : "FALSE", "", time, ""});
    }
    return listing(columns, std::move(rows));
  }

  static std::vector<std::string> describe_column(const TableDefinition& table, std::size_t index) {
    const TableColumn& column = table.columns[index];
    const auto place = static_cast<int32_t>(index);
    std::vector<std::string> names;
    for (const TableColumn& each : table.columns) names.push_back(each.name);
    const bool key = std::ranges::find(table.primary_key, place) != table.primary_key.end();
    std::string extras;
    if (column.computed) extras = "AS " + to_text(*column.computed, names);
    if (column.kind == TableColumn::Kind::metadata)
      extras = fmt::format("METADATA FROM '{}'{}", column.metadata_key, column.metadata_virtual ? " VIRTUAL" : "");
    return {column.name,
            column.type.with_nullable(true).to_sql(),
            column.type.nullable() ? "TRUE" : "FALSE",
            key ? "PRI" : "",
            extras,
            place == table.watermark_column ? to_text(*table.watermark, names) : ""};
  }

  Result<Outcome> run(const ast::Set& set) {
    if (!set.option) {
      std::vector<std::vector<std::string>> rows;
      for (const auto& [key, value] : session.settings_.values()) rows.push_back({key, value});
      return listing({"key", "value"}, std::move(rows));
    }
    Result<std::optional<std::string>> notice = session.settings_.set(set.option->key, set.option->value);
    if (!notice)
      return std::unexpected(error_at(*statement.source, set.option->place, notice.error().code(),
                                      notice.error().message(), notice.error().hint()));
    Outcome outcome;
    if (*notice) outcome.notices.push_back(**notice);
    return outcome;
  }

  Result<Outcome> run(const ast::Reset& reset) {
    if (reset.key)
      session.settings_.reset(*reset.key);
    else
      session.settings_.reset_all();
    return Outcome{};
  }

  Result<Outcome> run(const ast::QueryStatement& query) {
    TRY_ASSIGN(const Roots roots, bind_all({}, query.query));
    return plan(roots);
  }
  Result<Outcome> run(const ast::Insert& insert) {
    TRY_ASSIGN(const Roots roots, bind_all({insert}, nullptr));
    return plan(roots);
  }
  Result<Outcome> run(const ast::StatementSet& set) {
    TRY_ASSIGN(const Roots roots, bind_all(set.inserts, nullptr));
    return plan(roots);
  }

  Result<Roots> bind_all(const std::vector<ast::Insert>& inserts, const ast::QueryPtr& query) {
    PlanContext context{session.catalogue_, session.connectors_};
    Roots roots;
    for (const ast::Insert& insert : inserts) {
      TRY_ASSIGN(roots.emplace_back(), bind_insert(insert, statement.source, context));
    }
    if (query) {
      TRY_ASSIGN(roots.emplace_back(), bind_collect(*query, statement.source, context));
    }
    return roots;
  }

  Result<Outcome> plan(const Roots& roots) {
    TRY_ASSIGN(PhysicalPlan plan, lower(optimise(roots), session.settings_, session.connectors_));
    return Outcome{std::move(plan), {}};
  }

  Result<Outcome> run(const ast::Explain& explain) {
    std::vector<ast::Insert> inserts;
    ast::QueryPtr query;
    if (const auto* one = std::get_if<ast::Insert>(&explain.what)) inserts = {*one};
    if (const auto* set = std::get_if<ast::StatementSet>(&explain.what)) inserts = set->inserts;
    if (const auto* select = std::get_if<ast::QueryPtr>(&explain.what)) query = *select;
    std::string text = "== Syntax ==\n";
    for (const ast::Insert& insert : inserts)
      text += fmt::format("insert into {}\n{}", insert.table.back().text, outline(*insert.query, *statement.source));
    if (query) text += outline(*query, *statement.source);
    TRY_ASSIGN(const Roots roots, bind_all(inserts, query));
    text += "\n== Logical plan ==\n" + to_text(roots);
    const Roots optimised = optimise(roots);
    text += "\n== Optimised plan ==\n" + to_text(optimised);
    TRY_ASSIGN(const PhysicalPlan physical, lower(optimised, session.settings_, session.connectors_));
    text += "\n== Physical plan ==\n" + to_text(physical);
    return listing_of("result", {text});
  }
};

Result<Outcome> Session::execute(const Statement& statement) {
  Execution execution(*this, statement);
  return std::visit([&](const auto& node) { return execution.run(node); }, statement.node);
}

}  // namespace azud::sql
