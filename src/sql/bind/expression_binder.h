#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bind/bind_error.h"
#include "sql/bind/scope.h"
#include "sql/plan/expression.h"
#include "sql/syntax/expression_ast.h"

namespace azud::sql {

/// Takes the calls that are no scalar expressions, where a clause allows them. Each returns a column that stands for
/// the call's result, numbered behind the scope's.
class CallCollector {
 public:
  virtual ~CallCollector() = default;
  virtual Result<ExpressionPtr> aggregate(const ast::Call& call, Place place) = 0;
  virtual Result<ExpressionPtr> over(const ast::Call& call, Place place) = 0;
};

/// What binding knows apart from the scope. Lives as long as the statement is bound.
struct BindContext {
  BindErrors errors;
  /// Functions of CREATE FUNCTION, by their names.
  const std::map<std::string, Function>& functions;
};

/// Turns expressions of the syntax tree into typed ones over the columns of a scope: finds names, resolves functions,
/// inserts casts. Used for one clause and thrown away.
class ExpressionBinder {
 public:
  /// `clause` names the clause in errors ("WHERE"); without `calls`, aggregates and OVER are errors in it.
  ExpressionBinder(const Scope& scope, const BindContext& context, std::string_view clause,
                   CallCollector* calls = nullptr)
      : scope_(scope), context_(context), clause_(clause), calls_(calls) {}

  Result<ExpressionPtr> bind(const ast::Expr& expr);
  Result<std::vector<ExpressionPtr>> bind_all(const std::vector<ast::ExprPtr>& exprs);
  /// An expression that must be BOOLEAN.
  Result<ExpressionPtr> bind_condition(const ast::Expr& expr);

  const Scope& scope() const { return scope_; }
  const BindContext& context() const { return context_; }
  const BindErrors& errors() const { return context_.errors; }
  std::string_view clause() const { return clause_; }
  CallCollector* calls() const { return calls_; }

 private:
  const Scope& scope_;
  const BindContext& context_;
  std::string_view clause_;
  CallCollector* calls_;
};

}  // namespace azud::sql
