#include "log/catalogue.h"

namespace azud::log {

void Catalogue::put(std::string_view table, std::string_view key, std::string_view value) {
  const MutexLock lock(mutex_);
  auto found = tables_.find(table);
  if (found == tables_.end()) found = tables_.emplace(table, Table()).first;
  const auto pair = found->second.find(key);
  if (pair == found->second.end()) {
    found->second.emplace(key, value);
  } else {
    pair->second = value;
  }
}

void Catalogue::erase(std::string_view table, std::string_view key) {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  if (found == tables_.end()) return;
  if (const auto pair = found->second.find(key); pair != found->second.end()) found->second.erase(pair);
  if (found->second.empty()) tables_.erase(found);
}

std::optional<std::string> Catalogue::get(std::string_view table, std::string_view key) const {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  if (found == tables_.end()) return std::nullopt;
  const auto pair = found->second.find(key);
  if (pair == found->second.end()) return std::nullopt;
  return pair->second;
}

std::vector<std::pair<std::string, std::string>> Catalogue::scan(std::string_view table,
                                                                 std::string_view prefix) const {
  const MutexLock lock(mutex_);
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto found = tables_.find(table);
  if (found == tables_.end()) return pairs;
  for (auto at = found->second.lower_bound(prefix); at != found->second.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    pairs.emplace_back(at->first, at->second);
  }
  return pairs;
}

void Catalogue::visit_all(const Visit& visit) const {
  constexpr int pairs_per_lock = 1000;
  std::string table_name, key;
  bool resume = false;
  while (true) {
    const MutexLock lock(mutex_);
    int shown = 0;
    auto table = resume ? tables_.lower_bound(table_name) : tables_.begin();
    for (; table != tables_.end() && shown < pairs_per_lock; ++table) {
      const bool same_table = resume && table->first == table_name;
      auto pair = same_table ? table->second.upper_bound(key) : table->second.begin();
      for (; pair != table->second.end() && shown < pairs_per_lock; ++pair, ++shown) {
        visit(table->first, pair->first, pair->second);
        key = pair->first;
      }
      table_name = table->first;
      resume = true;
      if (pair != table->second.end()) break;
    }
    if (table == tables_.end()) return;
  }
}

}  // namespace azud::log
