#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/syntax/type_ast.h"

namespace azud::sql::ast {

struct Expr;
struct Query;
struct TableRef;
/// Nodes never change after parsing and are shared: a view's text is bound once for each use.
using ExprPtr = std::shared_ptr<const Expr>;
using QueryPtr = std::shared_ptr<const Query>;
using TableRefPtr = std::shared_ptr<const TableRef>;

struct NullLiteral {};
/// TRUE, FALSE; nothing for UNKNOWN.
struct BooleanLiteral {
  std::optional<bool> value;
};
struct NumberLiteral {
  enum class Form : uint8_t { integer, decimal, approximate };
  Form form;
  std::string digits;  ///< as written, without sign
};
struct TextLiteral {
  std::string value;
};
struct BytesLiteral {
  std::string value;
};
/// DATE '…', TIME '…', TIMESTAMP '…'.
struct TimeLiteral {
  std::string kind;
  std::string value;
};
/// INTERVAL '…' DAY(3) TO SECOND(3).
struct IntervalLiteral {
  std::string value;
  bool negative = false;
  std::string from_unit;                 ///< "YEAR" … "SECOND"
  std::optional<int64_t> leading;        ///< digits of the leading field, if written
  std::string to_unit = {};              ///< empty if there is only one field
  std::optional<int64_t> fraction = {};  ///< digits of the second's fraction, if written
};

/// a, t.a, t.a.field: which it is, the binder finds out.
struct NameExpr {
  NamePath path;
};
/// *, t.*: only in a select list and in COUNT(*).
struct Star {
  NamePath qualifier;
};

enum class UnaryOp : uint8_t { negate, plus, logical_not };
struct Unary {
  UnaryOp op;
  ExprPtr operand;
};
enum class BinaryOp : uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  concat,
};
struct Binary {
  BinaryOp op;
  ExprPtr left, right;
};
/// Two or more operands joined by AND, or by OR.
struct Logical {
  bool is_and;
  std::vector<ExprPtr> operands;
};
struct Between {
  ExprPtr operand, low, high;
  bool negated, symmetric;
};
struct InList {
  ExprPtr operand;
  std::vector<ExprPtr> items;
  bool negated;
};
struct InQuery {
  ExprPtr operand;
  QueryPtr query;
  bool negated;
};
struct Exists {
  QueryPtr query;
};
struct ScalarQuery {
  QueryPtr query;
};
struct Like {
  ExprPtr operand, pattern, escape;  ///< escape may be null
  bool similar, negated;
};
/// x IS [NOT] …
struct IsTest {
  enum class What : uint8_t { null, true_, false_, unknown, distinct_from, json, json_object, json_array, json_scalar };
  ExprPtr operand;
  What what;
  bool negated;
  ExprPtr other = nullptr;  ///< IS [NOT] DISTINCT FROM other
};
struct Case {
  ExprPtr operand;  ///< CASE x WHEN …; null in the searched form
  struct Branch {
    ExprPtr condition, result;
  };
  std::vector<Branch> branches;
  ExprPtr otherwise;  ///< may be null
};
struct Cast {
  ExprPtr operand;
  TypeName type;
  bool or_null;  ///< TRY_CAST
};

struct OrderItem {
  ExprPtr key;
  bool descending = false;
  std::optional<bool> nulls_first = {};
};
struct FrameBound {
  enum class Kind : uint8_t { unbounded_preceding, preceding, current_row, following, unbounded_following };
  Kind kind;
  ExprPtr distance = nullptr;
};
struct WindowFrame {
  bool rows;
  FrameBound from, to;
};
/// What stands in OVER (…) or behind WINDOW w AS.
struct WindowSpec {
  std::optional<Name> base;
  std::vector<ExprPtr> partition_by;
  std::vector<OrderItem> order_by;
  std::optional<WindowFrame> frame;
  Place place;
};

/// NULL, ERROR, DEFAULT x, EMPTY ARRAY … ON EMPTY and ON ERROR of the JSON functions.
struct JsonFallback {
  std::string kind;  ///< "NULL", "ERROR", "DEFAULT", "EMPTY ARRAY", "EMPTY OBJECT", "TRUE", "FALSE", "UNKNOWN"
  ExprPtr value = nullptr;
};
struct JsonClauses {
  std::optional<TypeName> returning;
  std::string wrapper;  ///< JSON_QUERY: "", "WITHOUT", "CONDITIONAL", "UNCONDITIONAL"
  std::optional<JsonFallback> on_empty, on_error;
};

/// f(a, b), and the forms with words in them (TRIM(BOTH x FROM y), EXTRACT(DAY FROM x) …), turned into plain
/// arguments; a unit or a flag among these is a Symbol.
struct Call {
  NamePath name;
  std::vector<ExprPtr> args;
  std::vector<std::optional<Name>> arg_names;  ///< empty, or one an argument: f(a => 1)
  bool distinct = false;
  ExprPtr filter = nullptr;
  std::vector<OrderItem> within_group = {};
  std::optional<bool> ignore_nulls = {};
  std::optional<Name> over_name = {};           ///< OVER w
  std::shared_ptr<const WindowSpec> over = {};  ///< OVER (…)
  std::optional<JsonClauses> json = {};
};
/// A word that is an argument: DAY, BOTH.
struct Symbol {
  std::string word;
};
/// TABLE t or (SELECT …) as an argument of a table function.
struct TableArgument {
  TableRefPtr table;
  std::vector<ExprPtr> partition_by;
  std::vector<OrderItem> order_by;
};
/// DESCRIPTOR(a, b)
struct Descriptor {
  std::vector<Name> columns;
};

/// ROW(a, b) or (a, b).
struct RowExpr {
  std::vector<ExprPtr> items;
};
struct ArrayExpr {
  std::vector<ExprPtr> items;
};
/// MAP[k, v, k, v]
struct MapExpr {
  std::vector<ExprPtr> items;
};
/// a[i], m['k']
struct Index {
  ExprPtr collection, index;
};
/// (expression).field
struct Field {
  ExprPtr record;
  Name field;
};

struct Expr {
  using Node =
      std::variant<NullLiteral, BooleanLiteral, NumberLiteral, TextLiteral, BytesLiteral, TimeLiteral, IntervalLiteral,
                   NameExpr, Star, Unary, Binary, Logical, Between, InList, InQuery, Exists, ScalarQuery, Like, IsTest,
                   Case, Cast, Call, Symbol, TableArgument, Descriptor, RowExpr, ArrayExpr, MapExpr, Index, Field>;
  Node node;
  Place place;
  uint32_t depth = 1;  ///< levels of expressions below and including this one

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

/// Calls `visit` with every expression directly inside of `expr`; those of queries inside are left out.
void for_each_child(const Expr& expr, const std::function<void(const Expr&)>& visit);

}  // namespace azud::sql::ast
