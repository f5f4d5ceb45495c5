#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/syntax/query_ast.h"

namespace azud::sql::ast {

/// One column of CREATE TABLE: physical, computed (`computed` set) or metadata.
struct ColumnDef {
  Name name;
  std::optional<TypeName> type;  ///< none for a computed column
  ExprPtr computed;
  bool metadata = false;
  std::string metadata_key;  ///< METADATA FROM 'key'; empty: the column's name
  bool is_virtual = false;
  std::string comment;
};
struct WatermarkDef {
  NamePath column;
  ExprPtr expr;
  Place place;
};
struct PrimaryKeyDef {
  std::vector<Name> columns;
  Place place;
};
/// LIKE t (INCLUDING ALL, EXCLUDING OPTIONS …): pairs of an action and a part.
struct LikeClause {
  NamePath table;
  struct Choice {
    std::string action;  ///< INCLUDING, EXCLUDING, OVERWRITING
    std::string part;    ///< ALL, CONSTRAINTS, GENERATED, METADATA, OPTIONS, PARTITIONS, WATERMARKS, DISTRIBUTION
  };
  std::vector<Choice> choices;
  Place place;
};

struct CreateTable {
  bool temporary = false, if_not_exists = false;
  NamePath name;
  std::vector<ColumnDef> columns;
  std::optional<WatermarkDef> watermark;
  std::optional<PrimaryKeyDef> primary_key;
  std::string comment;
  std::vector<Name> partitioned_by;
  std::vector<Option> options;
  std::optional<LikeClause> like;
};
struct CreateView {
  bool temporary = false, if_not_exists = false;
  NamePath name;
  std::vector<Name> columns;
  std::string comment;
  QueryPtr query;
};
struct CreateFunction {
  bool if_not_exists = false;
  NamePath name;
  std::string class_name;
};
struct Drop {
  enum class What : uint8_t { table, view, function };
  What what;
  bool if_exists = false;
  NamePath name;
};
/// SHOW TABLES, VIEWS, FUNCTIONS, JOBS; SHOW CREATE TABLE t; SHOW COLUMNS FROM t.
struct Show {
  std::string what;  ///< "TABLES", "VIEWS", "FUNCTIONS", "JOBS", "CREATE TABLE", "CREATE VIEW", "COLUMNS"
  NamePath name;
};
struct Describe {
  NamePath name;
};
struct Insert {
  NamePath table;
  std::vector<Hint> hints;
  std::vector<Name> columns;
  QueryPtr query;
  std::optional<Place> on_conflict;  ///< ON CONFLICT DO DEDUPLICATE
  Place place;
};
struct StatementSet {
  std::vector<Insert> inserts;
};
/// SET 'k' = 'v'; SET alone shows all settings.
struct Set {
  std::optional<Option> option;
};
/// RESET 'k'; RESET alone resets all.
struct Reset {
  std::optional<std::string> key;
};
struct QueryStatement {
  QueryPtr query;
};
struct Explain {
  std::vector<std::string> details;  ///< CHANGELOG_MODE, PLAN_ADVICE, JSON_EXECUTION_PLAN, ESTIMATED_COST
  std::variant<QueryPtr, Insert, StatementSet> what;
};

struct Statement {
  std::variant<CreateTable, CreateView, CreateFunction, Drop, Show, Describe, Insert, StatementSet, Set, Reset,
               QueryStatement, Explain>
      node;
  Place place;
  SourcePtr source;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

}  // namespace azud::sql::ast
