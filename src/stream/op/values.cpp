#include "stream/op/values.h"

#include "data/builder.h"

namespace azud::stream {
namespace {

class Values final : public Operator {
 public:
  Values(const data::Batch& rows, bool mine) : rows_(rows), out_(!mine) {}

  Status on_rows(std::size_t, data::Batch, Output&) override { return {}; }

  Status on_epoch_end(Output& out) override {
    if (out_) return {};
    out_ = changed_ = true;
    return out.rows(rows_);
  }

  void write_changes(StateWriter& writer) override {
    if (changed_) writer.entry(0, "");
    changed_ = false;
  }
  void write_all(StateWriter& writer) override {
    changed_ |= out_;
    write_changes(writer);
  }
  Status read(ByteView) override {
    out_ = true;
    return {};
  }

 private:
  const data::Batch& rows_;
  bool out_;
  bool changed_ = false;
};

class ValuesSpec final : public OperatorSpec {
 public:
  explicit ValuesSpec(data::Batch rows) : rows_(std::move(rows)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<Values>(rows_, context.instance() == 0);
  }

 private:
  data::Batch rows_;
};

}  // namespace

Result<OperatorSpecPtr> make_values(const sql::NodePtr& node) {
  const auto& values = node->as<sql::ValuesNode>();
  data::Batch batch{.rows = values.rows.size()};
  for (std::size_t column = 0; column < values.output.size(); ++column) {
    data::ColumnBuilder builder(values.output[column].type, values.rows.size());
    for (const auto& row : values.rows) builder.append_value(row[column]);
    batch.columns.push_back(builder.finish());
  }
  return OperatorSpecPtr(std::make_unique<ValuesSpec>(std::move(batch)));
}

}  // namespace azud::stream
