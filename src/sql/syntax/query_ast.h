#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/syntax/expression_ast.h"

namespace azud::sql::ast {

/// 'key' = 'value'
struct Option {
  std::string key, value;
  Place place;
};
/// One of /*+ OPTIONS('k'='v'), STATE_TTL('a'='1d') */. `words` holds arguments that are bare names.
struct Hint {
  Name name;
  std::vector<Option> options;
  std::vector<std::string> words;
};

/// AS t (a, b)
struct Alias {
  Name name;
  std::vector<Name> columns;
};

struct NamedTable {
  NamePath name;
  std::vector<Hint> hints;
  ExprPtr as_of = nullptr;  ///< FOR SYSTEM_TIME AS OF
};
struct DerivedTable {
  QueryPtr query;
  bool lateral;
};
struct Unnest {
  ExprPtr collection;
  bool with_ordinality;
};
/// TABLE(TUMBLE(…)), LATERAL TABLE(f(…)), TUMBLE(…): `call` is a Call.
struct TableFunction {
  ExprPtr call;
  bool lateral;
};
struct Join {
  enum class Kind : uint8_t { inner, left, right, full, cross };
  Kind kind;
  bool natural;
  TableRefPtr left, right;
  ExprPtr condition;          ///< ON, or null
  std::vector<Name> columns;  ///< USING
};

struct TableRef {
  std::variant<NamedTable, DerivedTable, Unnest, TableFunction, Join> node;
  std::optional<Alias> alias;
  Place place;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

struct SelectItem {
  ExprPtr expr;
  std::optional<Name> alias;
};
/// One element of GROUP BY: a key, or sets of keys (ROLLUP and CUBE as written).
struct GroupItem {
  enum class Kind : uint8_t { key, grouping_sets, rollup, cube };
  Kind kind;
  ExprPtr key = nullptr;
  std::vector<GroupItem> sets = {};  ///< grouping_sets, rollup, cube: their elements
  std::vector<ExprPtr> keys = {};    ///< a parenthesised list of keys inside of a set; then kind is key, `key` null
};
struct NamedWindow {
  Name name;
  WindowSpec spec;
};

struct Select {
  bool distinct = false;
  std::vector<Hint> hints;
  std::vector<SelectItem> items;
  TableRefPtr from;  ///< null without FROM
  ExprPtr where;
  bool grouped = false;  ///< GROUP BY is there; with `group_by` empty it is GROUP BY ()
  std::vector<GroupItem> group_by;
  ExprPtr having;
  std::vector<NamedWindow> windows;
};
struct SetOperation {
  enum class Kind : uint8_t { union_, intersect, except };
  Kind kind;
  bool all;
  QueryPtr left, right;
};
struct Values {
  std::vector<std::vector<ExprPtr>> rows;
  std::vector<Place> row_places;
};

struct CommonTable {
  Name name;
  std::vector<Name> columns;
  QueryPtr query;
};

/// A select, a set operation or VALUES, with what may stand around it.
struct Query {
  std::vector<CommonTable> with;
  std::variant<Select, SetOperation, Values, QueryPtr> body;
  std::vector<OrderItem> order_by;
  ExprPtr limit, offset;
  Place place;
};

}  // namespace azud::sql::ast
