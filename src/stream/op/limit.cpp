#include "stream/op/limit.h"

#include <algorithm>

#include "base/varint.h"
#include "data/hash.h"

namespace azud::stream {
namespace {

class Limit final : public Operator {
 public:
  Limit(int64_t offset, int64_t count) : first_(offset), end_(count < 0 ? INT64_MAX : offset + count) {}

  Status on_rows(std::size_t, data::Batch batch, Output& out) override {
    const auto rows = static_cast<int64_t>(batch.rows);
    const int64_t from = std::clamp<int64_t>(first_ - seen_, 0, rows), to = std::clamp<int64_t>(end_ - seen_, 0, rows);
    changed_ |= seen_ < end_;
    seen_ = std::min(seen_ + rows, end_);
    if (from >= to) return {};
    return out.rows(data::slice(batch, static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  }

  void write_changes(StateWriter& writer) override {
    if (!std::exchange(changed_, false)) return;
    std::string payload;
    append_varint(payload, static_cast<uint64_t>(seen_));
    writer.entry(key_group_of(data::stable_hash({})), payload);
  }
  void write_all(StateWriter& writer) override {
    changed_ |= seen_ > 0;
    write_changes(writer);
  }
  Status read(ByteView payload) override {
    uint64_t seen = 0;
    if (!take_varint(payload, seen)) return fail(Code::corrupt, "the count of rows is damaged");
    seen_ = static_cast<int64_t>(seen);
    return {};
  }

 private:
  int64_t first_, end_;
  int64_t seen_ = 0;
  bool changed_ = false;
};

class LimitSpec final : public OperatorSpec {
 public:
  explicit LimitSpec(const sql::LimitNode& node) : offset_(node.offset), count_(node.count) {}
  std::unique_ptr<Operator> open(OperatorContext&) const override { return std::make_unique<Limit>(offset_, count_); }

 private:
  int64_t offset_;
  int64_t count_;
};

}  // namespace

Result<OperatorSpecPtr> make_limit(const sql::NodePtr& node) {
  return OperatorSpecPtr(std::make_unique<LimitSpec>(node->as<sql::LimitNode>()));
}

}  // namespace azud::stream
