#include "sql/syntax/expression_ast.h"

namespace azud::sql::ast {
namespace {

using Visit = std::function<void(const Expr&)>;

/// One overload for each node that holds expressions; `one` passes over those that are not there.
struct Children {
  const Visit& visit;

  void one(const ExprPtr& expr) const {
    if (expr) visit(*expr);
  }
  void all(const std::vector<ExprPtr>& exprs) const {
    for (const ExprPtr& expr : exprs) one(expr);
  }
  void keys(const std::vector<OrderItem>& items) const {
    for (const OrderItem& item : items) one(item.key);
  }

  void operator()(const Unary& n) const { one(n.operand); }
  void operator()(const Binary& n) const { one(n.left), one(n.right); }
  void operator()(const Logical& n) const { all(n.operands); }
  void operator()(const Between& n) const { one(n.operand), one(n.low), one(n.high); }
  void operator()(const InList& n) const { one(n.operand), all(n.items); }
  void operator()(const InQuery& n) const { one(n.operand); }
  void operator()(const Like& n) const { one(n.operand), one(n.pattern), one(n.escape); }
  void operator()(const IsTest& n) const { one(n.operand), one(n.other); }
  void operator()(const Case& n) const {
    one(n.operand);
    for (const Case::Branch& branch : n.branches) one(branch.condition), one(branch.result);
    one(n.otherwise);
  }
  void operator()(const Cast& n) const { one(n.operand); }
  void operator()(const Call& n) const {
    all(n.args), one(n.filter), keys(n.within_group);
    if (n.over) {
      all(n.over->partition_by), keys(n.over->order_by);
      if (n.over->frame) one(n.over->frame->from.distance), one(n.over->frame->to.distance);
    }
    if (n.json && n.json->on_empty) one(n.json->on_empty->value);
    if (n.json && n.json->on_error) one(n.json->on_error->value);
  }
  void operator()(const TableArgument& n) const { all(n.partition_by), keys(n.order_by); }
  void operator()(const RowExpr& n) const { all(n.items); }
  void operator()(const ArrayExpr& n) const { all(n.items); }
  void operator()(const MapExpr& n) const { all(n.items); }
  void operator()(const Index& n) const { one(n.collection), one(n.index); }
  void operator()(const Field& n) const { one(n.record); }
  template <class Leaf>
  void operator()(const Leaf&) const {}
};

}  // namespace

void for_each_child(const Expr& expr, const Visit& visit) { std::visit(Children{visit}, expr.node); }

}  // namespace azud::sql::ast
