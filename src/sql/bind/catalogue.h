#pragma once

#include <map>
#include <string>
#include <vector>

#include "sql/bind/bind_error.h"
#include "sql/plan/table.h"
#include "sql/syntax/statement_ast.h"

namespace azud::sql {

/// A view as it was written: it is bound anew in each statement that uses it.
struct ViewDefinition {
  std::string name;
  std::vector<std::string> columns;  ///< names given in CREATE VIEW v (a, b); empty: those of the query
  ast::QueryPtr query;
  SourcePtr source;
  std::string text;  ///< the query as written, for SHOW CREATE VIEW
};

/// The tables, views and functions that statements name. A value: a session has one, and may try something on a copy.
class Catalogue {
 public:
  const TablePtr* find_table(const std::string& name) const;
  const ViewDefinition* find_view(const std::string& name) const;
  const std::map<std::string, Function>& functions() const { return functions_; }
  const std::map<std::string, TablePtr>& tables() const { return tables_; }
  const std::map<std::string, ViewDefinition>& views() const { return views_; }
  /// Tables and views, for suggestions.
  std::vector<std::string> names() const;

  /// False if a table or view of that name exists; then nothing changes.
  bool add_table(const TablePtr& table);
  bool add_view(const ViewDefinition& view);
  bool add_function(std::string name, Function function);
  /// False if there is none.
  bool drop_table(const std::string& name) { return tables_.erase(name) > 0; }
  bool drop_view(const std::string& name) { return views_.erase(name) > 0; }
  bool drop_function(const std::string& name) { return functions_.erase(name) > 0; }

 private:
  std::map<std::string, TablePtr> tables_;
  std::map<std::string, ViewDefinition> views_;
  std::map<std::string, Function> functions_;
};

/// The simple name in `path`: `t`, `default_database.t` and `default_catalog.default_database.t` are one.
Result<std::string> object_name(const ast::NamePath& path, const BindErrors& errors);

}  // namespace azud::sql
