#include <algorithm>

#include "sql/bind/query_binder.h"
#include "sql/bind/window_function.h"
#include "sql/plan/logical_state.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

void append(Schema& to, const Schema& more) { to.insert(to.end(), more.begin(), more.end()); }

/// Columns of a table, as UNNEST makes them from a collection: the fields of a ROW element, or one column.
Schema unnested_columns(const DataType& collection, const std::string& name) {
  Schema columns;
  if (collection.kind() == TypeKind::map) {
    columns.push_back({"KEY", collection.fields()[0].type});
    columns.push_back({"VALUE", collection.fields()[1].type});
    return columns;
  }
  const DataType& element = collection.element();
  if (element.kind() != TypeKind::row) return {{name, element}};
  for (const data::FieldType& field : element.fields())
    columns.push_back({field.name, field.type.with_nullable(field.type.nullable() || element.nullable())});
  return columns;
}

bool is_true(const ast::ExprPtr& condition) {
  const auto* literal = condition ? condition->as<ast::BooleanLiteral>() : nullptr;
  return !condition || (literal != nullptr && literal->value == true);
}

LogicalJoin::Type join_type(ast::Join::Kind kind) {
  switch (kind) {
    case ast::Join::Kind::left: return LogicalJoin::Type::left;
    case ast::Join::Kind::right: return LogicalJoin::Type::right;
    case ast::Join::Kind::full: return LogicalJoin::Type::full;
    default: return LogicalJoin::Type::inner;
  }
}

/// After a join of streams, time attributes are plain values: neither side's order holds any more.
void forget_times(Schema& schema) {
  for (Field& field : schema) field.time = TimeAttribute::none;
}

void make_nullable(Schema& schema) {
  for (Field& field : schema) field.type = field.type.with_nullable(true);
}

}  // namespace

Result<QueryBinder::From> QueryBinder::with_alias(From from, const ast::TableRef& ref) const {
  if (!ref.alias) return from;
  Schema columns = from.scope.columns();
  if (!ref.alias->columns.empty()) {
    if (ref.alias->columns.size() != columns.size())
      return errors().invalid(ref.alias->name.place, fmt::format("{} names {} columns of {}", ref.alias->name.text,
                                                                 ref.alias->columns.size(), columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].name = ref.alias->columns[i].text;
  }
  From renamed{std::move(from.node), {}};
  renamed.scope.add(ref.alias->name.text, columns);
  return renamed;
}

Result<QueryBinder::From> QueryBinder::bind_from(const ast::TableRef& ref) {
  From from;
  if (const auto* named = ref.as<ast::NamedTable>()) {
    if (named->as_of)
      return errors().invalid(ref.place, "FOR SYSTEM_TIME AS OF stands on the right of a JOIN only",
                              "write FROM o JOIN t FOR SYSTEM_TIME AS OF o.ts AS t ON …");
    TRY_ASSIGN(const Relation relation, bind_named(*named, ref.place));
    from.node = relation.node;
    from.scope.add(named->name.back().text, relation.columns);
  } else if (const auto* derived = ref.as<ast::DerivedTable>()) {
    TRY_ASSIGN(from, bind_derived(*derived));
  } else if (const auto* function = ref.as<ast::TableFunction>()) {
    TRY_ASSIGN(from, bind_window(*function, ref.place));
  } else if (const auto* unnest = ref.as<ast::Unnest>()) {
    return bind_unnest(no_table(), *unnest, ref, false);
  } else {
    TRY_ASSIGN(from, bind_join(*ref.as<ast::Join>(), ref.place));
  }
  return with_alias(std::move(from), ref);
}

Result<QueryBinder::From> QueryBinder::bind_derived(const ast::DerivedTable& derived) {
  if (derived.lateral)
    return errors().unsupported(derived.query->place, "LATERAL queries are not supported",
                                "UNNEST and FOR SYSTEM_TIME AS OF may use the columns of the table before them");
  TRY_ASSIGN(const Relation relation, bind(*derived.query));
  From from{relation.node, {}};
  from.scope.add("", relation.columns);
  return from;
}

Result<Relation> QueryBinder::bind_named(const ast::NamedTable& table, Place place) {
  if (table.name.size() == 1) {
    const auto common = common_tables_.find(table.name[0].text);
    if (common != common_tables_.end()) return common->second;
  }
  TRY_ASSIGN(const std::string name, object_name(table.name, errors()));
  if (const ViewDefinition* view = plan_.catalogue.find_view(name)) {
    if (!table.hints.empty())
      return errors().invalid(place, "a view takes no hints", "put the hint at the table in it");
    return bind_view(*view, place);
  }
  if (const TablePtr* found = plan_.catalogue.find_table(name)) return bind_table(*found, table.hints, place);
  return errors().not_found(place, fmt::format("there is no table or view {}", name),
                            suggestion(name, plan_.catalogue.names()));
}

Result<Relation> QueryBinder::bind_view(const ViewDefinition& view, Place place) {
  const std::string key = "view " + view.name;
  if (const auto bound = plan_.bound.find(key); bound != plan_.bound.end()) return bound->second;
  if (!plan_.views_in_progress.insert(view.name).second)
    return errors().invalid(place, fmt::format("view {} uses itself", view.name));
  QueryBinder inner(plan_, view.source);
  Result<Relation> relation = inner.bind(*view.query);
  plan_.views_in_progress.erase(view.name);
  if (!relation) return std::unexpected(std::move(relation).error().with_context("view " + view.name));
  if (!view.columns.empty() && view.columns.size() != relation->columns.size())
    return errors().invalid(place, fmt::format("view {} names {} columns, its query has {}", view.name,
                                               view.columns.size(), relation->columns.size()));
  for (std::size_t i = 0; i < view.columns.size(); ++i) relation->columns[i].name = view.columns[i];
  plan_.bound.insert_or_assign(key, *relation);
  return relation;
}

Result<QueryBinder::From> QueryBinder::bind_join(const ast::Join& join, Place place) {
  if (join.natural || !join.columns.empty())
    return errors().unsupported(place, "NATURAL JOIN and USING are not supported", "write ON a.x = b.x");
  TRY_ASSIGN(From left, bind_from(*join.left));
  if (const auto* unnest = join.right->as<ast::Unnest>()) {
    const bool outer = join.kind == ast::Join::Kind::left;
    const bool all = is_true(join.condition);
    if (join.kind == ast::Join::Kind::right || join.kind == ast::Join::Kind::full || (outer && !all))
      return errors().unsupported(place, "UNNEST is joined with CROSS JOIN, JOIN … ON, or LEFT JOIN … ON TRUE",
                                  "put the condition into WHERE");
    TRY_ASSIGN(From joined, bind_unnest(std::move(left), *unnest, *join.right, outer));
    if (all) return joined;
    ExpressionBinder binder(joined.scope, context_, "ON");
    TRY_ASSIGN(ExpressionPtr condition, binder.bind_condition(*join.condition));
    joined.node = make_filter(joined.node, std::move(condition), origin(place));
    return joined;
  }
  const auto* named = join.right->as<ast::NamedTable>();
  if (named != nullptr && named->as_of) {
    ast::NamedTable plain = *named;
    plain.as_of = nullptr;
    TRY_ASSIGN(const Relation relation, bind_named(plain, join.right->place));
    From right{relation.node, {}};
    right.scope.add(named->name.back().text, relation.columns);
    TRY_ASSIGN(right, with_alias(std::move(right), *join.right));
    return bind_as_of(join, left, right, place);
  }
  TRY_ASSIGN(From right, bind_from(*join.right));
  auto node = std::make_shared<LogicalJoin>();
  node->inputs = {left.node, right.node};
  node->origin = origin(place);
  node->type = join_type(join.kind);
  From from{node, left.scope};
  from.scope.add(right.scope);
  if (join.condition) {
    ExpressionBinder binder(from.scope, context_, "ON");
    TRY_ASSIGN(node->condition, binder.bind_condition(*join.condition));
  }
  node->output = from.scope.columns();
  forget_times(node->output);
  return From{node, from.scope};
}

/// a JOIN b FOR SYSTEM_TIME AS OF a.ts ON …: `left` keeps its times, the versions' ones mean nothing behind it.
Result<QueryBinder::From> QueryBinder::bind_as_of(const ast::Join& join, const From& left, const From& right,
                                                  Place place) {
  const auto& named = *join.right->as<ast::NamedTable>();
  if (join.kind != ast::Join::Kind::inner && join.kind != ast::Join::Kind::left)
    return errors().invalid(place, "FOR SYSTEM_TIME AS OF is joined with JOIN or LEFT JOIN");
  ExpressionBinder time_binder(left.scope, context_, "FOR SYSTEM_TIME AS OF");
  TRY_ASSIGN(const ExpressionPtr time, time_binder.bind(*named.as_of));
  const bool column = time->kind == Expression::Kind::input;
  if (!column || left.scope.columns()[static_cast<std::size_t>(time->input)].time == TimeAttribute::none)
    return errors().invalid(named.as_of->place, "FOR SYSTEM_TIME AS OF takes a time attribute of the left side",
                            "the column that WATERMARK FOR names, unchanged, or a PROCTIME() column");
  auto node = std::make_shared<LogicalJoin>();
  node->inputs = {left.node, right.node};
  node->origin = origin(place);
  node->type = join_type(join.kind);
  node->as_of = time->input;
  Scope both = left.scope;
  both.add(right.scope);
  ExpressionBinder binder(both, context_, "ON");
  TRY_ASSIGN(node->condition, binder.bind_condition(*join.condition));
  Schema right_columns = right.scope.columns();
  forget_times(right_columns);
  if (node->type == LogicalJoin::Type::left) make_nullable(right_columns);
  node->output = left.node->output;
  append(node->output, right_columns);
  Scope scope = left.scope;
  for (const Scope::Table& table : right.scope.tables()) {
    const auto begin = right_columns.begin() + table.first;
    scope.add(table.name, Schema(begin, begin + table.count));
  }
  return From{node, scope};
}

Result<QueryBinder::From> QueryBinder::bind_unnest(From left, const ast::Unnest& unnest, const ast::TableRef& ref,
                                                   bool outer) {
  ExpressionBinder binder(left.scope, context_, "UNNEST");
  TRY_ASSIGN(ExpressionPtr collection, binder.bind(*unnest.collection));
  const TypeKind kind = collection->type.kind();
  if (kind != TypeKind::array && kind != TypeKind::map && kind != TypeKind::multiset)
    return errors().invalid(unnest.collection->place, fmt::format("UNNEST takes an array, a map or a multiset, not {}",
                                                                  collection->type.to_sql()));
  Schema columns = unnested_columns(collection->type, ref.alias ? ref.alias->name.text : "EXPR$0");
  if (unnest.with_ordinality) columns.push_back({"ORDINALITY", DataType::integer().not_null()});
  if (outer) make_nullable(columns);
  auto node = std::make_shared<LogicalCorrelate>();
  node->inputs = {left.node};
  node->origin = origin(ref.place);
  node->collection = std::move(collection);
  node->outer = outer;
  node->with_ordinality = unnest.with_ordinality;
  node->output = left.node->output;
  From elements{node, {}};
  elements.scope.add("", columns);
  TRY_ASSIGN(elements, with_alias(std::move(elements), ref));
  append(node->output, elements.scope.columns());
  left.scope.add(elements.scope);
  return From{node, std::move(left.scope)};
}

Result<QueryBinder::From> QueryBinder::bind_window(const ast::TableFunction& function, Place place) {
  const auto& call = *function.call->as<ast::Call>();
  if (!window_kind(call))
    return errors().unsupported(call.name.back().place,
                                fmt::format("there is no table function {}", call.name.back().text),
                                "there are TUMBLE, HOP, CUMULATE, SESSION; arrays become rows with CROSS JOIN UNNEST");
  TRY_ASSIGN(const WindowCall window, read_window_call(call, place, errors()));
  From input;
  if (window.query) {
    TRY_ASSIGN(input, bind_derived({window.query, false}));
  } else {
    TRY_ASSIGN(input, bind_from(*window.data->table));
  }
  TRY_ASSIGN(const Scope::Found time, input.scope.find(window.time->columns, errors()));
  const Field& field = input.scope.columns()[static_cast<std::size_t>(time.column)];
  if (field.time == TimeAttribute::none)
    return errors().invalid(window.time_place, fmt::format("{} is no time attribute", field.name),
                            "declare WATERMARK FOR it in CREATE TABLE, and pass it on unchanged");
  auto node = std::make_shared<LogicalWindow>();
  node->inputs = {input.node};
  node->origin = origin(place);
  node->window = window.window;
  node->window.time_column = time.column;
  node->window.proctime = field.time == TimeAttribute::proctime;
  node->window.zoned = field.type.kind() == TypeKind::timestamp_ltz;
  if (window.data != nullptr) {
    ExpressionBinder binder(input.scope, context_, "PARTITION BY");
    for (const ast::ExprPtr& key : window.data->partition_by) {
      TRY_ASSIGN(const ExpressionPtr column, binder.bind(*key));
      if (column->kind != Expression::Kind::input)
        return errors().invalid(key->place, "PARTITION BY takes columns here", "compute the key in an inner query");
      node->window.partition_by.push_back(column->input);
    }
    if (node->window.kind != WindowSpec::Kind::session && !node->window.partition_by.empty())
      return errors().invalid(place, "only SESSION takes PARTITION BY", "GROUP BY the key instead");
  }
  const DataType boundary = DataType::timestamp(3).not_null();
  const DataType moment =
      field.type.kind() == TypeKind::timestamp_ltz ? DataType::timestamp_ltz(3) : DataType::timestamp(3);
  Schema added = {{"window_start", boundary}, {"window_end", boundary}, {"window_time", moment.not_null(), field.time}};
  Schema columns = input.scope.columns();
  append(columns, added);
  node->output = input.node->output;
  append(node->output, added);
  From from{node, {}};
  const auto& tables = input.scope.tables();
  from.scope.add(tables.size() == 1 ? tables.front().name : "", columns);
  return from;
}

}  // namespace azud::sql
