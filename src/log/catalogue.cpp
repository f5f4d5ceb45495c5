#include "log/catalogue.h"

namespace azud::log {
namespace {

/// Of a map's node and two strings.
constexpr std::size_t pair_bytes = 112;

}  // namespace

void Catalogue::put(std::string_view table, std::string_view key, std::string_view value) {
  const MutexLock lock(mutex_);
  auto found = tables_.find(table);
  if (found == tables_.end()) found = tables_.emplace(table, Table()).first;
  auto& [pairs, bytes] = found->second;
  const auto pair = pairs.find(key);
  if (pair == pairs.end()) {
    pairs.emplace(key, value);
    bytes += pair_bytes + key.size() + value.size();
  } else {
    bytes += value.size() - pair->second.size();
    pair->second = value;
  }
}

void Catalogue::erase(std::string_view table, std::string_view key) {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  if (found == tables_.end()) return;
  auto& [pairs, bytes] = found->second;
  if (const auto pair = pairs.find(key); pair != pairs.end()) {
    bytes -= pair_bytes + pair->first.size() + pair->second.size();
    pairs.erase(pair);
  }
  if (pairs.empty()) tables_.erase(found);
}

std::size_t Catalogue::bytes(std::string_view table) const {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  return found == tables_.end() ? 0 : found->second.bytes;
}

std::optional<std::string> Catalogue::get(std::string_view table, std::string_view key) const {
  const MutexLock lock(mutex_);
  const auto found = tables_.find(table);
  if (found == tables_.end()) return std::nullopt;
  const auto pair = found->second.pairs.find(key);
  if (pair == found->second.pairs.end()) return std::nullopt;
  return pair->second;
}

std::vector<std::pair<std::string, std::string>> Catalogue::scan(std::string_view table,
                                                                 std::string_view prefix) const {
  const MutexLock lock(mutex_);
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto found = tables_.find(table);
  if (found == tables_.end()) return pairs;
  for (auto at = found->second.pairs.lower_bound(prefix); at != found->second.pairs.end(); ++at) {
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
      const auto& pairs = table->second.pairs;
      auto pair = same_table ? pairs.upper_bound(key) : pairs.begin();
      for (; pair != pairs.end() && shown < pairs_per_lock; ++pair, ++shown) {
        visit(table->first, pair->first, pair->second);
        key = pair->first;
      }
      table_name = table->first;
      resume = true;
      if (pair != pairs.end()) break;
    }
    if (table == tables_.end()) return;
  }
}

}  // namespace azud::log
