#pragma once

#include <cstddef>
#include <vector>

#include "data/batch.h"
#include "data/hash.h"
#include "data/row_codec.h"
#include "stream/state/key_group.h"

namespace azud::stream {

/// Deals the rows of a batch out to the workers that own their keys. Reused, so that its memory is.
class KeySplitter {
 public:
  /// Calls `send(worker, rows of it)` for each worker that gets any. Without key columns one gets all: the owner of the
  /// empty key.
  template <class Send>
  auto split(const data::Batch& batch, const std::vector<int32_t>& keys, std::size_t parallelism, Send&& send)
      -> decltype(send(std::size_t{}, data::Batch{})) {
    if (parallelism == 1) return send(std::size_t{0}, batch);
    if (keys.empty()) return send(owner_of(key_group_of(data::stable_hash({})), parallelism), batch);
    sort_out(batch, keys, parallelism);
    for (std::size_t worker = 0; worker < parallelism; ++worker) {
      if (rows_[worker].empty()) continue;
      const bool all = rows_[worker].size() == batch.rows;
      if (auto sent = send(worker, all ? batch : data::take(batch, rows_[worker])); !sent) return sent;
    }
    return {};
  }

 private:
  void sort_out(const data::Batch& batch, const std::vector<int32_t>& keys, std::size_t parallelism);

  data::EncodedRows encoded_;
  std::vector<data::ColumnPtr> columns_;
  std::vector<std::vector<uint32_t>> rows_;
};

/// Batches of several senders, each in its own order, as one sequence in the order of arrival. Batches without an order
/// stay as they come.
std::vector<data::Batch> merge_by_order(std::vector<data::Batch> batches);

}  // namespace azud::stream
