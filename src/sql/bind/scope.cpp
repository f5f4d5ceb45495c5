#include "sql/bind/scope.h"

namespace azud::sql {

void Scope::add(std::string name, const Schema& columns) {
  tables_.push_back({std::move(name), static_cast<int32_t>(columns_.size()), static_cast<int32_t>(columns.size())});
  columns_.insert(columns_.end(), columns.begin(), columns.end());
}

void Scope::add(const Scope& other) {
  for (const Table& table : other.tables_)
    tables_.push_back({table.name, table.first + static_cast<int32_t>(columns_.size()), table.count});
  columns_.insert(columns_.end(), other.columns_.begin(), other.columns_.end());
}

const Scope::Table* Scope::find_table(std::string_view name) const {
  for (const Table& table : tables_)
    if (table.name == name) return &table;
  return nullptr;
}

std::optional<int32_t> Scope::find_in(const Table& table, std::string_view name) const {
  for (int32_t i = table.first; i < table.first + table.count; ++i)
    if (columns_[static_cast<std::size_t>(i)].name == name) return i;
  return std::nullopt;
}

Result<std::optional<int32_t>> Scope::find_column(const ast::Name& name, const BindErrors& errors) const {
  std::optional<int32_t> found;
  for (const Table& table : tables_) {
    const std::optional<int32_t> here = find_in(table, name.text);
    if (here && found)
      return errors.invalid(name.place, fmt::format("column {} is in more than one table", name.text),
                            fmt::format("write the table before it: {}.{}", table.name, name.text));
    if (here) found = here;
  }
  return found;
}

Result<Scope::Found> Scope::find(const ast::NamePath& path, const BindErrors& errors) const {
  // A leading catalogue and database may be written, as on Flink: the table is the name before the column.
  for (std::size_t i = 0; i + 1 < path.size() && i < 3; ++i) {
    const Table* table = find_table(path[i].text);
    if (table == nullptr) continue;
    if (const auto column = find_in(*table, path[i + 1].text)) return Found{*column, i + 2};
  }
  TRY_ASSIGN(const std::optional<int32_t> column, find_column(path[0], errors));
  if (column) return Found{*column, 1};
  std::vector<std::string> candidates;
  const Table* table = path.size() > 1 ? find_table(path[0].text) : nullptr;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto place = static_cast<int32_t>(i);
    if (table == nullptr || (place >= table->first && place < table->first + table->count))
      candidates.push_back(columns_[i].name);
  }
  if (table != nullptr)
    return errors.not_found(path[1].place, fmt::format("table {} has no column {}", table->name, path[1].text),
                            suggestion(path[1].text, candidates));
  if (path.size() > 1)
    return errors.not_found(path[0].place, fmt::format("there is no table or column {} here", path[0].text));
  return errors.not_found(path[0].place, fmt::format("there is no column {} here", path[0].text),
                          suggestion(path[0].text, candidates));
}

}  // namespace azud::sql
