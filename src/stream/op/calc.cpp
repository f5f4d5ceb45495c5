#include "stream/op/calc.h"

#include "stream/op/projector.h"

namespace azud::stream {
namespace {

class Calc final : public Operator {
 public:
  Calc(const Projector& projector, const OperatorContext& context) : projector_(projector), context_(context) {}

  Status on_rows(std::size_t, data::Batch batch, Output& out) override {
    TRY_ASSIGN(data::Batch result, projector_.apply(batch, context_));
    return out.rows(std::move(result));
  }

 private:
  const Projector& projector_;
  const OperatorContext& context_;
};

class CalcSpec final : public OperatorSpec {
 public:
  explicit CalcSpec(Projector projector) : projector_(std::move(projector)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<Calc>(projector_, context);
  }

 private:
  Projector projector_;
};

}  // namespace

Result<OperatorSpecPtr> make_calc(const sql::NodePtr& node, const EvalSettings& settings) {
  const auto& calc = node->as<sql::CalcNode>();
  TRY_ASSIGN(Projector projector, Projector::make(calc.condition, calc.projections, settings));
  return OperatorSpecPtr(std::make_unique<CalcSpec>(std::move(projector)));
}

}  // namespace azud::stream
