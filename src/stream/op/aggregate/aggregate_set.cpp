#include "stream/op/aggregate/aggregate_set.h"

#include <algorithm>

#include <absl/container/inlined_vector.h>

#include "base/varint.h"
#include "data/row_codec.h"

namespace azud::stream {

Result<AggregateSet> AggregateSet::make(std::span<const sql::AggregateCall> calls, const sql::Schema& input,
                                        bool retracts) {
  AggregateSet set;
  for (const sql::AggregateCall& call : calls) {
    if (call.arguments.size() > 1)
      return fail(Code::unsupported, "{} of several values is not supported", sql::to_string(call.function));
    Part part;
    if (!call.arguments.empty()) part.argument = call.arguments.front();
    part.filter = call.filter;
    part.type = call.type;
    const data::DataType argument =
        part.argument < 0 ? data::DataType() : input[static_cast<std::size_t>(part.argument)].type;
    TRY_ASSIGN(part.function, make_aggregate_function(call, argument, retracts));
    part.offset = set.stride_;
    set.stride_ += (part.function->width() + 7) / 8 * 8;
    set.owns_memory_ |= part.function->owns_memory();
    part.storage = data::storage_of(argument.kind());
    const auto same = std::ranges::find_if(
        set.parts_, [&](const Part& other) { return other.argument == part.argument && other.filter == part.filter; });
    part.captured = static_cast<std::size_t>(same - set.parts_.begin());
    set.parts_.push_back(std::move(part));
  }
  return set;
}

void AggregateSet::merge(char* to, const char* from) const {
  for (const Part& part : parts_) part.function->merge(to + part.offset, from + part.offset);
}

Scalar AggregateSet::result(const char* record, std::size_t aggregate, std::string& scratch) const {
  const Part& part = parts_[aggregate];
  return part.function->result(record + part.offset, scratch);
}

void AggregateSet::append_results(const char* record, std::span<data::ColumnBuilder> out, std::string& scratch) const {
  for (std::size_t i = 0; i < parts_.size(); ++i) append_scalar(out[i], result(record, i, scratch));
}

void AggregateSet::encode(const char* record, std::string& out, Extent extent) const {
  for (const Part& part : parts_)
    if (extent == Extent::all || !part.function->owns_memory()) part.function->encode(record + part.offset, out);
}

bool AggregateSet::decode(ByteView& in, char* record, Extent extent) const {
  for (const Part& part : parts_)
    if ((extent == Extent::all || !part.function->owns_memory()) && !part.function->decode(in, record + part.offset))
      return false;
  return true;
}

void AggregateSet::destroy(char* record) const {
  if (owns_memory_)
    for (const Part& part : parts_) part.function->destroy(record + part.offset);
  std::memset(record, 0, stride_);
}

void AggregateSet::Feed::bind(const data::Batch& batch) {
  columns_.assign(set_.parts_.size(), {});
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Part& part = set_.parts_[i];
    if (part.argument >= 0) columns_[i].argument = batch.columns[static_cast<std::size_t>(part.argument)].get();
    if (part.filter >= 0) columns_[i].filter = batch.columns[static_cast<std::size_t>(part.filter)].get();
  }
}

bool AggregateSet::Feed::passes(std::size_t aggregate, std::size_t row) const {
  const data::Column* filter = columns_[aggregate].filter;
  return filter == nullptr || (!filter->is_null(row) && filter->values<int8_t>()[row] != 0);
}

template <bool Retract>
void AggregateSet::Feed::change(char* record, std::size_t row) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Columns& columns = columns_[i];
    if (!passes(i, row)) continue;
    const Part& part = set_.parts_[i];
    const Scalar value =
        columns.argument == nullptr ? Scalar::of(int64_t{1}) : read_scalar(*columns.argument, row, scratch_);
    if (value.null && !part.function->takes_nulls()) continue;
    if constexpr (Retract)
      part.function->retract(record + part.offset, value);
    else
      part.function->add(record + part.offset, value);
  }
}

/// For each argument and filter: its size, then the value; no bytes if the filter keeps the row out.
void AggregateSet::Feed::capture(std::size_t row, std::string& out) {
  std::string value;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (set_.parts_[i].captured != i) continue;
    value.clear();
    if (passes(i, row)) {
      if (columns_[i].argument == nullptr)
        value.push_back(0);
      else
        data::append_value(value, *columns_[i].argument, row);
    }
    append_sized(out, value);
  }
}

template <bool Retract>
void AggregateSet::change_captured(char* record, ByteView row) const {
  absl::InlinedVector<ByteView, 8> values(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.captured != i)
      values[i] = values[part.captured];
    else if (!take_sized(row, values[i]))
      return;
    if (values[i].empty()) continue;
    Scalar value = Scalar::of(int64_t{1});
    ByteView bytes = values[i];
    if (part.argument >= 0 && !take_scalar(bytes, part.storage, value)) return;
    if (value.null && !part.function->takes_nulls()) continue;
    if constexpr (Retract)
      part.function->retract(record + part.offset, value);
    else
      part.function->add(record + part.offset, value);
  }
}

void AggregateSet::add_captured(char* record, ByteView row) const { change_captured<false>(record, row); }
void AggregateSet::retract_captured(char* record, ByteView row) const { change_captured<true>(record, row); }

template void AggregateSet::Feed::change<false>(char*, std::size_t);
template void AggregateSet::Feed::change<true>(char*, std::size_t);

}  // namespace azud::stream
