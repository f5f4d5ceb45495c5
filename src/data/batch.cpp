#include "data/batch.h"

#include "base/assert.h"

namespace azud::data {

std::string_view to_string(RowKind kind) {
  switch (kind) {
    case RowKind::insert: return "+I";
    case RowKind::update_before: return "-U";
    case RowKind::update_after: return "+U";
    case RowKind::remove: return "-D";
  }
  return "??";
}

Batch take(const Batch& batch, std::span<const uint32_t> rows) {
  Batch out{.rows = rows.size()};
  out.columns.reserve(batch.columns.size());
  for (const ColumnPtr& column : batch.columns) out.columns.push_back(take(column, rows));
  if (!batch.kinds.empty()) {
    out.kinds.reserve(rows.size());
    for (const uint32_t row : rows) out.kinds.push_back(batch.kinds[row]);
  }
  if (!batch.order.empty()) {
    out.order.reserve(rows.size());
    for (const uint32_t row : rows) out.order.push_back(batch.order[row]);
  }
  return out;
}

Batch slice(const Batch& batch, std::size_t from, std::size_t count) {
  if (from == 0 && count == batch.rows) return batch;
  Batch out{.rows = count};
  out.columns.reserve(batch.columns.size());
  for (const ColumnPtr& column : batch.columns) out.columns.push_back(slice(column, from, count));
  if (!batch.kinds.empty())
    out.kinds.assign(batch.kinds.begin() + static_cast<std::ptrdiff_t>(from),
                     batch.kinds.begin() + static_cast<std::ptrdiff_t>(from + count));
  if (!batch.order.empty())
    out.order.assign(batch.order.begin() + static_cast<std::ptrdiff_t>(from),
                     batch.order.begin() + static_cast<std::ptrdiff_t>(from + count));
  return out;
}

Batch concat(std::span<const Batch> batches) {
  AZUD_ASSERT(!batches.empty(), "there is something to concatenate");
  if (batches.size() == 1) return batches.front();
  Batch out;
  bool kinds = false;
  bool order = true;
  for (const Batch& batch : batches) {
    out.rows += batch.rows;
    kinds |= !batch.kinds.empty();
    order &= !batch.order.empty();
  }
  std::vector<ColumnPtr> parts(batches.size());
  for (std::size_t i = 0; i < batches.front().columns.size(); ++i) {
    for (std::size_t b = 0; b < batches.size(); ++b) parts[b] = batches[b].columns[i];
    out.columns.push_back(concat(parts));
  }
  if (order) {
    out.order.reserve(out.rows);
    for (const Batch& batch : batches) out.order.insert(out.order.end(), batch.order.begin(), batch.order.end());
  }
  if (!kinds) return out;
  out.kinds.reserve(out.rows);
  for (const Batch& batch : batches) {
    if (batch.kinds.empty())
      out.kinds.insert(out.kinds.end(), batch.rows, RowKind::insert);
    else
      out.kinds.insert(out.kinds.end(), batch.kinds.begin(), batch.kinds.end());
  }
  return out;
}

}  // namespace azud::data
