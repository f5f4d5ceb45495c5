#include "web/feed/row_set.h"

#include <algorithm>

#include "base/assert.h"

namespace azud::web {

namespace {

void append_list(std::string& out, std::string_view name, const std::vector<std::string_view>& texts) {
  fmt::format_to(std::back_inserter(out), "\"{}\":[", name);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    out += texts[i];
  }
  out += ']';
}

}  // namespace

RowSet::RowSet(std::vector<std::string> columns, std::string_view key) : columns_(std::move(columns)) {
  const auto at = std::find(columns_.begin(), columns_.end(), key);
  AZUD_ASSERT(at != columns_.end(), "the key is a column");
  key_ = static_cast<std::size_t>(at - columns_.begin());
}

void RowSet::replace(const std::vector<Json>& rows, std::size_t total, std::string& delta) {
  std::map<std::string, std::string> now;
  std::vector<std::string> order;
  std::vector<std::string_view> upsert, removed;
  for (const Json& row : rows) {
    const auto [at, added] = now.try_emplace(to_text(row[key_]), to_text(row));
    if (!added) continue;
    order.push_back(at->first);
    const auto old = rows_.find(at->first);
    if (old == rows_.end() || old->second != at->second) upsert.push_back(at->second);
  }
  for (const auto& [key, row] : rows_) {
    if (!now.contains(key)) removed.push_back(key);
  }
  if (!upsert.empty() || !removed.empty() || total != total_) {
    append_list(delta, "upsert", upsert);
    delta += ',';
    append_list(delta, "removed", removed);
    fmt::format_to(std::back_inserter(delta), ",\"total\":{}", total);
  }
  rows_ = std::move(now);
  order_ = std::move(order);
  total_ = total;
}

void RowSet::write_snapshot(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "\"kind\":\"rows\",\"columns\":{},\"key\":{},", to_text(Json(columns_)),
                 key_);
  std::vector<std::string_view> rows;
  rows.reserve(order_.size());
  for (const std::string& key : order_) rows.push_back(rows_.at(key));
  append_list(out, "rows", rows);
  fmt::format_to(std::back_inserter(out), ",\"total\":{}", total_);
}

}  // namespace azud::web
