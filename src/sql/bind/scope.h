#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/bind/bind_error.h"
#include "sql/plan/schema.h"
#include "sql/syntax/expression_ast.h"

namespace azud::sql {

/// The columns that names may mean, in tables side by side: column i of the scope is column i of the input.
class Scope {
 public:
  struct Table {
    std::string name;  ///< empty: its columns are found by their own names only
    int32_t first;     ///< place of its first column in the scope
    int32_t count;
  };

  /// Adds a table's columns behind those already there.
  void add(std::string name, const Schema& columns);
  void add(const Scope& other);

  const Schema& columns() const { return columns_; }
  const std::vector<Table>& tables() const { return tables_; }
  const Table* find_table(std::string_view name) const;

  /// What the path means: a column, and how many names of the path led to it (the rest are fields inside of it).
  struct Found {
    int32_t column;
    std::size_t names_used;
  };
  Result<Found> find(const ast::NamePath& path, const BindErrors& errors) const;

 private:
  Result<std::optional<int32_t>> find_column(const ast::Name& name, const BindErrors& errors) const;
  std::optional<int32_t> find_in(const Table& table, std::string_view name) const;

  Schema columns_;
  std::vector<Table> tables_;
};

}  // namespace azud::sql
