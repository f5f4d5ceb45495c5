#include "sql/bind/bind_table.h"

#include <algorithm>

#include "base/in_quotes.h"
#include "sql/bind/bind_type.h"
#include "sql/bind/expression_binder.h"

namespace azud::sql {
namespace {

using data::DataType;
using data::TypeKind;

/// What of the other table LIKE takes over: INCLUDING is the default, as on Flink, but for what may not be there twice.
struct LikeChoices {
  bool constraints = true, generated = true, metadata = true, options = true, partitions = true, watermarks = true;
};

LikeChoices choices_of(const ast::LikeClause& like) {
  LikeChoices choices;
  const auto set = [&](std::string_view part, bool value) {
    const bool all = part == "ALL";
    if (all || part == "CONSTRAINTS") choices.constraints = value;
    if (all || part == "GENERATED") choices.generated = value;
    if (all || part == "METADATA") choices.metadata = value;
    if (all || part == "OPTIONS") choices.options = value;
    if (all || part == "PARTITIONS") choices.partitions = value;
    if (all || part == "WATERMARKS") choices.watermarks = value;
  };
  for (const auto& choice : like.choices)
    if (choice.part == "ALL") set("ALL", choice.action != "EXCLUDING");
  for (const auto& choice : like.choices)
    if (choice.part != "ALL") set(choice.part, choice.action != "EXCLUDING");
  return choices;
}

class TableBinder {
 public:
  TableBinder(const ast::CreateTable& statement, const Catalogue& catalogue, const BindErrors& errors)
      : statement_(statement), catalogue_(catalogue), context_{errors, catalogue.functions()} {}

  Result<TablePtr> bind() {
    TRY_ASSIGN(table_.name, object_name(statement_.name, context_.errors));
    if (statement_.like) TRY(copy_like());
    TRY(bind_columns());
    TRY(bind_computed());
    TRY(bind_key());
    TRY(bind_watermark());
    TRY(bind_partitions());
    for (const ast::Option& option : statement_.options) table_.options[option.key] = option.value;
    if (table_.columns.empty()) return context_.errors.invalid(statement_.name.back().place, "a table needs a column");
    return std::make_shared<const TableDefinition>(std::move(table_));
  }

 private:
  std::optional<int32_t> find(std::string_view name) const {
    const auto found = std::ranges::find(table_.columns, name, &TableColumn::name);
    if (found == table_.columns.end()) return std::nullopt;
    return static_cast<int32_t>(found - table_.columns.begin());
  }

  Result<int32_t> find_column(const ast::Name& name) const {
    if (const auto place = find(name.text)) return *place;
    std::vector<std::string> candidates;
    for (const TableColumn& column : table_.columns) candidates.push_back(column.name);
    return context_.errors.not_found(name.place, fmt::format("table {} has no column {}", table_.name, name.text),
                                     suggestion(name.text, candidates));
  }

  Status copy_like() {
    TRY_ASSIGN(const std::string name, object_name(statement_.like->table, context_.errors));
    const TablePtr* found = catalogue_.find_table(name);
    if (found == nullptr)
      return context_.errors.not_found(statement_.like->place, fmt::format("there is no table {}", name),
                                       suggestion(name, catalogue_.names()));
    const TableDefinition& other = **found;
    const LikeChoices choices = choices_of(*statement_.like);
    std::vector<int32_t> moved(other.columns.size(), -1);
    for (std::size_t i = 0; i < other.columns.size(); ++i) {
      const TableColumn::Kind kind = other.columns[i].kind;
      if (kind == TableColumn::Kind::computed && !choices.generated) continue;
      if (kind == TableColumn::Kind::metadata && !choices.metadata) continue;
      moved[i] = static_cast<int32_t>(table_.columns.size());
      table_.columns.push_back(other.columns[i]);
    }
    for (TableColumn& column : table_.columns) {
      if (!column.computed) continue;
      TRY_ASSIGN(column.computed, move_columns(column.computed, moved));
    }
    if (choices.watermarks && other.watermark_column >= 0 && !statement_.watermark) {
      TRY_ASSIGN(table_.watermark, move_columns(other.watermark, moved));
      table_.watermark_column = moved[static_cast<std::size_t>(other.watermark_column)];
    }
    if (choices.constraints && !statement_.primary_key)
      for (const int32_t place : other.primary_key)
        table_.primary_key.push_back(moved[static_cast<std::size_t>(place)]);
    if (choices.partitions) table_.partitioned_by = other.partitioned_by;
    if (choices.options) table_.options = other.options;
    return {};
  }

  Result<ExpressionPtr> move_columns(const ExpressionPtr& expression, const std::vector<int32_t>& moved) const {
    std::vector<bool> used(moved.size(), false);
    note_inputs(*expression, used);
    for (std::size_t i = 0; i < moved.size(); ++i)
      if (used[i] && moved[i] < 0)
        return context_.errors.invalid(statement_.like->place, "LIKE leaves out a column that another one needs",
                                       "exclude GENERATED and WATERMARKS too");
    return remap_inputs(expression, moved);
  }

  Status bind_columns() {
    for (const ast::ColumnDef& definition : statement_.columns) {
      if (find(definition.name.text))
        return context_.errors.invalid(definition.name.place,
                                       fmt::format("there are two columns {}", definition.name.text));
      TableColumn column;
      column.name = definition.name.text;
      if (definition.type) {
        TRY_ASSIGN(column.type, bind_type(*definition.type, context_.errors));
        if (definition.type->kind == "INTERVAL")
          return context_.errors.unsupported(definition.type->place, "a column cannot be an interval",
                                             "keep its length as a number: BIGINT");
      }
      if (definition.computed) column.kind = TableColumn::Kind::computed;
      if (definition.metadata) {
        column.kind = TableColumn::Kind::metadata;
        column.metadata_key = definition.metadata_key.empty() ? column.name : definition.metadata_key;
        column.metadata_virtual = definition.is_virtual;
      }
      table_.columns.push_back(std::move(column));
    }
    return {};
  }

  /// All columns of the table so far; names of those that may not be used are left empty.
  Scope scope(bool with_computed) const {
    Schema schema;
    for (const TableColumn& column : table_.columns) {
      const bool hidden = column.kind == TableColumn::Kind::computed && !with_computed;
      schema.push_back({hidden ? "" : column.name, column.type});
    }
    Scope scope;
    scope.add(table_.name, schema);
    return scope;
  }

  Status bind_computed() {
    const Scope visible = scope(false);
    for (const ast::ColumnDef& definition : statement_.columns) {
      if (!definition.computed) continue;
      TableColumn& column = table_.columns[static_cast<std::size_t>(*find(definition.name.text))];
      ExpressionBinder binder(visible, context_, "a computed column");
      TRY_ASSIGN(column.computed, binder.bind(*definition.computed));
      column.type = column.computed->type;
      if (column.type.kind() == TypeKind::null)
        return context_.errors.invalid(definition.computed->place, "a bare NULL has no type",
                                       "write CAST(NULL AS type)");
    }
    return {};
  }

  Status bind_key() {
    if (!statement_.primary_key) return {};
    for (const ast::Name& name : statement_.primary_key->columns) {
      TRY_ASSIGN(const int32_t place, find_column(name));
      TableColumn& column = table_.columns[static_cast<std::size_t>(place)];
      if (column.kind != TableColumn::Kind::physical)
        return context_.errors.invalid(name.place, "a primary key consists of physical columns");
      if (std::ranges::find(table_.primary_key, place) != table_.primary_key.end())
        return context_.errors.invalid(name.place, fmt::format("{} is in the key twice", name.text));
      column.type = column.type.not_null();
      table_.primary_key.push_back(place);
    }
    return {};
  }

  Status bind_watermark() {
    if (!statement_.watermark) return {};
    const ast::WatermarkDef& watermark = *statement_.watermark;
    if (watermark.column.size() != 1)
      return context_.errors.unsupported(watermark.place, "a rowtime inside of a ROW is not supported",
                                         "take it out with a computed column: ts AS r.ts");
    TRY_ASSIGN(table_.watermark_column, find_column(watermark.column[0]));
    const DataType& type = table_.columns[static_cast<std::size_t>(table_.watermark_column)].type;
    if (!data::is_timestamp(type.kind()) || type.precision() > 3)
      return context_.errors.invalid(
          watermark.column[0].place,
          fmt::format("a rowtime is TIMESTAMP(3) or TIMESTAMP_LTZ(3), not {}", type.to_sql()),
          "make one by a computed column: TO_TIMESTAMP_LTZ(milliseconds, 3), TO_TIMESTAMP(text), CAST(ts AS "
          "TIMESTAMP(3))");
    const Scope visible = scope(true);
    ExpressionBinder binder(visible, context_, "WATERMARK");
    TRY_ASSIGN(table_.watermark, binder.bind(*watermark.expr));
    if (!table_.watermark->type.same_kind_as(type) && table_.watermark->type.kind() != type.kind())
      return context_.errors.invalid(
          watermark.expr->place,
          fmt::format("the watermark is {}, its column {}", table_.watermark->type.to_sql(), type.to_sql()));
    return {};
  }

  Status bind_partitions() {
    for (const ast::Name& name : statement_.partitioned_by) {
      TRY(find_column(name));
      table_.partitioned_by.push_back(name.text);
    }
    return {};
  }

  const ast::CreateTable& statement_;
  const Catalogue& catalogue_;
  BindContext context_;
  TableDefinition table_;
};

std::string column_ddl(const TableColumn& column, const std::vector<std::string>& names) {
  const std::string name = in_quotes(column.name, '`');
  switch (column.kind) {
    case TableColumn::Kind::physical: return fmt::format("{} {}", name, column.type.to_sql());
    case TableColumn::Kind::computed: return fmt::format("{} AS {}", name, to_text(*column.computed, names));
    case TableColumn::Kind::metadata: break;
  }
  return fmt::format("{} {} METADATA FROM {}{}", name, column.type.to_sql(), in_quotes(column.metadata_key, '\''),
                     column.metadata_virtual ? " VIRTUAL" : "");
}

}  // namespace

Result<TablePtr> bind_create_table(const ast::CreateTable& statement, const Catalogue& catalogue,
                                   const BindErrors& errors) {
  return TableBinder(statement, catalogue, errors).bind();
}

std::string to_ddl(const TableDefinition& table) {
  std::vector<std::string> names;
  for (const TableColumn& column : table.columns) names.push_back(in_quotes(column.name, '`'));
  const auto name_at = [&](int32_t place) { return names[static_cast<std::size_t>(place)]; };
  std::string out = fmt::format("CREATE TABLE {} (\n", in_quotes(table.name, '`'));
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    out += fmt::format("{}  {}", i == 0 ? "" : ",\n", column_ddl(table.columns[i], names));
  if (table.watermark_column >= 0)
    out +=
        fmt::format(",\n  WATERMARK FOR {} AS {}", name_at(table.watermark_column), to_text(*table.watermark, names));
  if (!table.primary_key.empty()) {
    std::string key;
    for (const int32_t place : table.primary_key) key += (key.empty() ? "" : ", ") + name_at(place);
    out += fmt::format(",\n  PRIMARY KEY ({}) NOT ENFORCED", key);
  }
  out += "\n)";
  for (std::size_t i = 0; i < table.partitioned_by.size(); ++i)
    out += fmt::format("{}{}", i == 0 ? " PARTITIONED BY (" : ", ", in_quotes(table.partitioned_by[i], '`'));
  if (!table.partitioned_by.empty()) out += ")";
  out += " WITH (";
  bool first = true;
  for (const auto& [key, value] : table.options) {
    out += fmt::format("{}\n  {} = {}", first ? "" : ",", in_quotes(key, '\''), in_quotes(value, '\''));
    first = false;
  }
  return out + "\n)";
}

}  // namespace azud::sql
