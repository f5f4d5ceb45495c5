#include "sql/bind/catalogue.h"

namespace azud::sql {

const TablePtr* Catalogue::find_table(const std::string& name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

const ViewDefinition* Catalogue::find_view(const std::string& name) const {
  const auto found = views_.find(name);
  return found == views_.end() ? nullptr : &found->second;
}

std::vector<std::string> Catalogue::names() const {
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  for (const auto& [name, view] : views_) names.push_back(name);
  return names;
}

bool Catalogue::add_table(const TablePtr& table) {
  if (views_.contains(table->name)) return false;
  return tables_.try_emplace(table->name, table).second;
}

bool Catalogue::add_view(const ViewDefinition& view) {
  if (tables_.contains(view.name)) return false;
  return views_.try_emplace(view.name, view).second;
}

bool Catalogue::add_function(std::string name, Function function) {
  return functions_.try_emplace(std::move(name), function).second;
}

Result<std::string> object_name(const ast::NamePath& path, const BindErrors& errors) {
  const bool known_database = path.size() < 2 || path[path.size() - 2].text == "default_database";
  const bool known_catalogue = path.size() < 3 || path[path.size() - 3].text == "default_catalog";
  if (path.size() > 3 || !known_database || !known_catalogue)
    return errors.not_found(cover(path.front().place, path.back().place), "there is only one catalogue and database",
                            "write the table's name alone");
  return path.back().text;
}

}  // namespace azud::sql
