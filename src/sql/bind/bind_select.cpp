#include <algorithm>

#include "sql/analyze/window_columns.h"
#include "sql/bind/expression_rules.h"
#include "sql/bind/group_binder.h"
#include "sql/bind/over_binder.h"
#include "sql/bind/query_binder.h"
#include "sql/syntax/keyword.h"

namespace azud::sql {
namespace {

/// One column of the result.
struct Item {
  ExpressionPtr expression;
  std::string name;
  Place place;
};

/// Binds one SELECT. Aggregates and OVER calls found in its expressions become columns behind the scope's, which the
/// nodes that compute them put in their places afterwards: group_binder.h, over_binder.h.
class SelectBinder : public CallCollector {
 public:
  SelectBinder(QueryBinder& binder, const ast::Select& select, Place place)
      : binder_(binder),
        select_(select),
        place_(place),
        errors_(binder.errors()),
        groups_(binder.context()),
        overs_(binder.context()) {}

  Result<Relation> bind() {
    TRY(check_hints());
    TRY(bind_from());
    for (const ast::NamedWindow& window : select_.windows) TRY(overs_.add_window(window));
    TRY(groups_.bind_keys(select_, from_.scope));
    for (const ast::SelectItem& item : select_.items) TRY(bind_item(item));
    if (select_.having) {
      ExpressionBinder having(from_.scope, binder_.context(), "HAVING", this);
      TRY_ASSIGN(having_, having.bind_condition(*select_.having));
    }
    if (select_.grouped || select_.having || !groups_.calls().empty()) TRY(group());
    if (!overs_.calls().empty()) TRY(apply_over());
    return project();
  }

  Result<ExpressionPtr> aggregate(const ast::Call& call, Place place) override {
    return groups_.add_call(call, place, from_.scope, select_.grouped);
  }

  Result<ExpressionPtr> over(const ast::Call& call, Place place) override {
    return overs_.add_call(call, place, from_.scope, *this);
  }

 private:
  Status check_hints() const {
    for (const ast::Hint& hint : select_.hints) {
      if (same_word(hint.name.text, "STATE_TTL"))
        return errors_.unsupported(hint.name.place, "the hint STATE_TTL is not supported",
                                   "SET 'table.exec.state.ttl' = '1 d' holds for all operators but temporal joins");
      const bool known = std::ranges::any_of(
          std::initializer_list<std::string_view>{"BROADCAST", "SHUFFLE_HASH", "SHUFFLE_MERGE", "NEST_LOOP"},
          [&](std::string_view name) { return same_word(name, hint.name.text); });
      const bool of_joins = same_word(hint.name.text, "LOOKUP") || same_word(hint.name.text, "MULTI_JOIN");
      if (of_joins)
        return errors_.unsupported(hint.name.place, fmt::format("the hint {} is not supported", hint.name.text),
                                   "it is about joins that azud does not have; leave it out");
      if (!known) return errors_.invalid(hint.name.place, fmt::format("there is no hint {}", hint.name.text));
    }
    return {};
  }

  Status bind_from() {
    from_ = binder_.no_table();
    if (select_.from) {
      TRY_ASSIGN(from_, binder_.bind_from(*select_.from));
    }
    node_ = from_.node;
    if (!select_.where) return {};
    ExpressionBinder where(from_.scope, binder_.context(), "WHERE");
    TRY_ASSIGN(ExpressionPtr condition, where.bind_condition(*select_.where));
    node_ = make_filter(node_, std::move(condition), binder_.origin(select_.where->place));
    return {};
  }

  Status bind_item(const ast::SelectItem& item) {
    if (const auto* star = item.expr->as<ast::Star>()) return bind_star(*star, item.expr->place);
    ExpressionBinder binder(from_.scope, binder_.context(), "SELECT", this);
    TRY_ASSIGN(ExpressionPtr expression, binder.bind(*item.expr));
    if (expression->type.kind() == data::TypeKind::null)
      return errors_.invalid(item.expr->place, "a bare NULL has no type", "write CAST(NULL AS type)");
    items_.push_back({std::move(expression), name_of(item), item.expr->place});
    return {};
  }

  std::string name_of(const ast::SelectItem& item) const {
    if (item.alias) return item.alias->text;
    if (const auto* path = item.expr->as<ast::NameExpr>()) return path->path.back().text;
    // CURRENT_DATE and its like are names in Flink's grammar, as long as no parentheses follow.
    const auto* call = item.expr->as<ast::Call>();
    const std::string_view written = errors_.source().text(item.expr->place);
    if (call != nullptr && same_word(written, call->name.back().text)) return call->name.back().text;
    return fmt::format("EXPR${}", items_.size());
  }

  Status bind_star(const ast::Star& star, Place place) {
    const Schema& columns = from_.scope.columns();
    if (star.qualifier.empty()) {
      if (!select_.from) return errors_.invalid(place, "* needs a FROM");
      for (std::size_t i = 0; i < columns.size(); ++i) add_column(static_cast<int32_t>(i), place);
      return {};
    }
    if (const Scope::Table* table = from_.scope.find_table(star.qualifier.back().text)) {
      for (int32_t i = table->first; i < table->first + table->count; ++i) add_column(i, place);
      return {};
    }
    // r.*: the fields of a row.
    ast::Expr name{ast::NameExpr{star.qualifier}, place};
    ExpressionBinder binder(from_.scope, binder_.context(), "SELECT");
    TRY_ASSIGN(const ExpressionPtr row, binder.bind(name));
    if (row->type.kind() != data::TypeKind::row)
      return errors_.invalid(place, fmt::format("{} is no table and no row", star.qualifier.back().text));
    for (std::size_t i = 0; i < row->type.fields().size(); ++i)
      items_.push_back({field_of(row, i), row->type.fields()[i].name, place});
    return {};
  }

  void add_column(int32_t column, Place place) {
    const Field& field = from_.scope.columns()[static_cast<std::size_t>(column)];
    items_.push_back({Expression::column(column, field.type), field.name, place});
  }

  /// Puts the aggregation between FROM and the rest, whose expressions are then about its result.
  Status group() {
    TRY_ASSIGN(node_, groups_.build(node_, binder_.origin(group_place())));
    for (Item& item : items_) {
      TRY_ASSIGN(item.expression, groups_.over_result(item.expression, item.place));
    }
    TRY(overs_.over_result(groups_));
    if (!having_) return {};
    TRY_ASSIGN(having_, groups_.over_result(having_, select_.having->place));
    node_ = make_filter(node_, having_, binder_.origin(select_.having->place));
    return {};
  }

  Place group_place() const {
    for (const ast::GroupItem& item : select_.group_by)
      if (item.key) return item.key->place;
    return groups_.calls().empty() ? place_ : groups_.calls().front().place;
  }

  Status apply_over() {
    TRY_ASSIGN(node_, overs_.build(node_, binder_.origin(overs_.calls().front().place)));
    for (Item& item : items_) item.expression = overs_.over_result(item.expression);
    return {};
  }

  Result<Relation> project() {
    std::vector<ExpressionPtr> expressions;
    std::vector<std::string> names;
    for (Item& item : items_) {
      expressions.push_back(std::move(item.expression));
      names.push_back(std::move(item.name));
    }
    make_unique(names);
    LogicalPtr node = make_project(node_, std::move(expressions), names, binder_.origin(place_));
    if (select_.distinct) node = make_distinct(node, binder_.origin(place_));
    Relation relation = relation_of(std::move(node));
    for (std::size_t i = 0; i < names.size(); ++i) relation.columns[i].name = names[i];
    return relation;
  }

  QueryBinder& binder_;
  const ast::Select& select_;
  Place place_;
  const BindErrors& errors_;
  GroupBinder groups_;
  OverBinder overs_;
  QueryBinder::From from_;
  LogicalPtr node_;
  std::vector<Item> items_;
  ExpressionPtr having_;
};

}  // namespace

Result<Relation> bind_select(QueryBinder& binder, const ast::Select& select, Place place) {
  return SelectBinder(binder, select, place).bind();
}

}  // namespace azud::sql
