#include "stream/op/sorted_rows.h"

#include <algorithm>

namespace azud::stream {

using data::RowKind;

void RunningTotals::load(ByteView totals) {
  clear();
  const bool whole = set_.decode(totals, record());
  AZUD_ASSERT(whole, "totals are as bytes() wrote them");
}

const std::string& RunningTotals::bytes() {
  bytes_.clear();
  set_.encode(record(), bytes_);
  return bytes_;
}

std::span<const Scalar> RunningTotals::results() {
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = set_.result(record(), i, scratch_[i]);
  return values_;
}

SortedRows::Steps::iterator SortedRows::step_of(ByteView order, uint64_t id) {
  const auto [step, added] = steps_.try_emplace(Place{std::string(order), singly_ ? id : 0});
  if (added) bytes_ += sizeof(Steps::value_type) + order.size();
  return step;
}

void SortedRows::set_totals(Step& step, const std::string& totals) {
  bytes_ += totals.size() - step.totals.size();
  step.totals = totals;
}

/// The aggregates of all rows before the step.
void SortedRows::start_before(Steps::iterator step, RunningTotals& now) const {
  if (step == steps_.begin())
    now.clear();
  else
    now.load(std::prev(step)->second.totals);
}

void SortedRows::emit_update(const Row& row, const Walk& walk) {
  walk.emit(RowKind::update_before, row.row(), walk.before.results());
  walk.emit(RowKind::update_after, row.row(), walk.now.results());
}

/// `walk.now` has all rows before `from`.
void SortedRows::follow(Steps::iterator from, const Walk& walk) {
  for (; from != steps_.end(); ++from) {
    Step& step = from->second;
    for (const Row& row : step.rows) walk.now.add(row.arguments());
    const std::string& totals = walk.now.bytes();
    if (totals == step.totals) return;
    walk.before.load(step.totals);
    for (const Row& row : step.rows) emit_update(row, walk);
    set_totals(step, totals);
  }
}

void SortedRows::insert(ByteView order, Row row, RowKind kind, const Walk& walk) {
  const auto at = step_of(order, row.id);
  Step& step = at->second;
  ++rows_;
  bytes_ += sizeof(Row) + row.bytes.size();
  step.rows.push_back(std::move(row));
  start_before(at, walk.now);
  for (const Row& each : step.rows) walk.now.add(each.arguments());
  const std::string& totals = walk.now.bytes();
  const ByteView added = step.rows.back().row();
  if (step.rows.size() > 1) {
    if (totals == step.totals) return walk.emit(kind, added, walk.now.results());
    walk.before.load(step.totals);
    for (std::size_t i = 0; i + 1 < step.rows.size(); ++i) emit_update(step.rows[i], walk);
  }
  walk.emit(kind, added, walk.now.results());
  set_totals(step, totals);
  follow(std::next(at), walk);
}

/// As Flink: of equal rows the last one if they share a result, otherwise the first.
std::optional<SortedRows::Found> SortedRows::find(ByteView order, ByteView row) {
  for (auto step = steps_.lower_bound(Place{std::string(order), 0}); step != steps_.end() && step->first.order == order;
       ++step) {
    const std::vector<Row>& rows = step->second.rows;
    for (std::size_t i = rows.size(); i-- > 0;)
      if (rows[i].row() == row) return Found{step, i};
  }
  return std::nullopt;
}

/// Gives back the step after the one that the row was in.
SortedRows::Steps::iterator SortedRows::erase(Found found) {
  Step& step = found.step->second;
  --rows_;
  bytes_ -= sizeof(Row) + step.rows[found.row].bytes.size();
  step.rows.erase(step.rows.begin() + static_cast<std::ptrdiff_t>(found.row));
  if (!step.rows.empty()) return std::next(found.step);
  bytes_ -= sizeof(Steps::value_type) + found.step->first.order.size() + step.totals.size();
  return steps_.erase(found.step);
}

std::optional<uint64_t> SortedRows::remove(ByteView order, ByteView row, const Walk& walk) {
  const std::optional<Found> found = find(order, row);
  if (!found) return std::nullopt;
  Step& step = found->step->second;
  const uint64_t id = step.rows[found->row].id;
  start_before(found->step, walk.now);
  for (std::size_t i = 0; i < step.rows.size(); ++i)
    if (i != found->row) walk.now.add(step.rows[i].arguments());
  const std::string& totals = walk.now.bytes();
  const bool same = totals == step.totals;
  walk.before.load(step.totals);
  for (std::size_t i = 0; i < step.rows.size(); ++i) {
    if (i == found->row)
      walk.emit(RowKind::remove, step.rows[i].row(), walk.before.results());
    else if (!same)
      emit_update(step.rows[i], walk);
  }
  if (step.rows.size() > 1) set_totals(step, totals);
  const auto next = erase(*found);
  if (!same) follow(next, walk);
  return id;
}

void SortedRows::restore(ByteView order, Row row) {
  std::vector<Row>& rows = step_of(order, row.id)->second.rows;
  const auto at = std::ranges::lower_bound(rows, row.id, {}, &Row::id);
  if (at != rows.end() && at->id == row.id) return;
  ++rows_;
  bytes_ += sizeof(Row) + row.bytes.size();
  rows.insert(at, std::move(row));
}

void SortedRows::restore_removal(ByteView order, uint64_t id) {
  const auto step = steps_.find(Place{std::string(order), singly_ ? id : 0});
  if (step == steps_.end()) return;
  const std::vector<Row>& rows = step->second.rows;
  const auto at = std::ranges::lower_bound(rows, id, {}, &Row::id);
  if (at != rows.end() && at->id == id) erase({step, static_cast<std::size_t>(at - rows.begin())});
}

void SortedRows::recompute(RunningTotals& totals) {
  totals.clear();
  for (auto& [place, step] : steps_) {
    for (const Row& row : step.rows) totals.add(row.arguments());
    set_totals(step, totals.bytes());
  }
}

void SortedRows::for_each(const std::function<void(ByteView, const Row&)>& visit) const {
  for (const auto& [place, step] : steps_)
    for (const Row& row : step.rows) visit(place.order, row);
}

}  // namespace azud::stream
