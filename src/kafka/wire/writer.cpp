#include "kafka/wire/writer.h"

#include <utility>

namespace azud::kafka {

void Writer::put_records(const Records& records) {
  for (const SharedBytes& piece : records.pieces) {
    if (!piece.empty()) cuts_.push_back({buffer_.size(), piece});
  }
}

std::vector<SharedBytes> Writer::finish() {
  const SharedBytes whole = SharedBytes::own(std::move(buffer_));
  buffer_.clear();
  std::vector<SharedBytes> pieces;
  pieces.reserve(2 * cuts_.size() + 1);
  std::size_t from = 0;
  for (Cut& cut : cuts_) {
    if (cut.at > from) pieces.push_back(whole.slice(from, cut.at - from));
    from = cut.at;
    pieces.push_back(std::move(cut.piece));
  }
  if (from < whole.size() || pieces.empty()) pieces.push_back(whole.slice(from));
  cuts_.clear();
  return pieces;
}

}  // namespace azud::kafka
