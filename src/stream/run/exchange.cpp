#include "stream/run/exchange.h"

#include <algorithm>
#include <numeric>

#include "data/hash.h"

namespace azud::stream {

void KeySplitter::sort_out(const data::Batch& batch, const std::vector<int32_t>& keys, std::size_t parallelism) {
  columns_.clear();
  for (const int32_t key : keys) columns_.push_back(batch.columns[static_cast<std::size_t>(key)]);
  data::encode_rows(columns_, batch.rows, encoded_);
  rows_.resize(parallelism);
  for (auto& rows : rows_) rows.clear();
  for (uint32_t row = 0; row < batch.rows; ++row)
    rows_[owner_of(key_group_of(data::stable_hash(encoded_[row])), parallelism)].push_back(row);
}

std::vector<data::Batch> merge_by_order(std::vector<data::Batch> batches) {
  std::erase_if(batches, [](const data::Batch& batch) { return batch.rows == 0; });
  if (batches.size() < 2) return batches;
  if (std::ranges::any_of(batches, [](const data::Batch& batch) { return batch.order.empty(); })) return batches;
  std::ranges::stable_sort(batches, {}, [](const data::Batch& batch) { return batch.order.front(); });
  const bool apart = std::ranges::adjacent_find(batches, [](const data::Batch& a, const data::Batch& b) {
                       return a.order.back() > b.order.front();
                     }) == batches.end();
  if (apart) return batches;
  data::Batch all = data::concat(batches);
  std::vector<uint32_t> rows(all.rows);
  std::iota(rows.begin(), rows.end(), 0U);
  std::ranges::stable_sort(rows, {}, [&](uint32_t row) { return all.order[row]; });
  std::vector<data::Batch> merged;
  merged.push_back(data::take(all, rows));
  return merged;
}

}  // namespace azud::stream
