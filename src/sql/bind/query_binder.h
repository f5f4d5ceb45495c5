#pragma once

#include <map>
#include <set>
#include <string>

#include "sql/bind/catalogue.h"
#include "sql/bind/expression_binder.h"
#include "sql/bind/relation.h"
#include "sql/plan/connector_traits.h"
#include "sql/syntax/query_ast.h"

namespace azud::sql {

/// What the queries of one statement (or statement set) share. A table and a view are bound once for all of them, so
/// that the plan is a graph with one node for each.
struct PlanContext {
  const Catalogue& catalogue;
  const ConnectorRegistry& connectors;
  std::map<std::string, Relation> bound = {};  ///< tables with their hints, and views
  std::set<std::string> views_in_progress = {};
};

/// Queries of one source text.
class QueryBinder {
 public:
  QueryBinder(PlanContext& plan, const SourcePtr& source)
      : plan_(plan), source_(source), context_{BindErrors(*source), plan.catalogue.functions()} {}

  Result<Relation> bind(const ast::Query& query);

  // What the binder of SELECT, in its own files, needs.
  struct From {
    LogicalPtr node;
    Scope scope;
  };
  Result<From> bind_from(const ast::TableRef& ref);
  /// SELECT without FROM: one row without columns.
  From no_table() const;
  const BindContext& context() const { return context_; }
  const BindErrors& errors() const { return context_.errors; }
  Origin origin(Place place) const { return {source_, place}; }

 private:
  Result<Relation> bind_body(const ast::Query& query);
  Result<Relation> bind_values(const ast::Values& values, Place place);
  Result<Relation> bind_set(const ast::SetOperation& set, Place place);
  Result<Relation> bind_limits(const ast::Query& query, Relation input);

  Result<Relation> bind_named(const ast::NamedTable& table, Place place);
  Result<Relation> bind_view(const ViewDefinition& view, Place place);
  Result<Relation> bind_table(const TablePtr& table, const std::vector<ast::Hint>& hints, Place place);
  Result<From> bind_derived(const ast::DerivedTable& derived);
  Result<From> bind_join(const ast::Join& join, Place place);
  Result<From> bind_unnest(From left, const ast::Unnest& unnest, const ast::TableRef& ref, bool outer);
  Result<From> bind_as_of(const ast::Join& join, const From& left, const From& right, Place place);
  Result<From> bind_window(const ast::TableFunction& function, Place place);
  Result<From> with_alias(From from, const ast::TableRef& ref) const;

  PlanContext& plan_;
  SourcePtr source_;
  BindContext context_;
  std::map<std::string, Relation> common_tables_;  ///< WITH, by name: those in sight
};

/// SELECT … without what stands behind it.
Result<Relation> bind_select(QueryBinder& binder, const ast::Select& select, Place place);

}  // namespace azud::sql
