#include "stream/op/correlate.h"

#include <algorithm>
#include <optional>
#include <span>

#include "stream/op/projector.h"

namespace azud::stream {
namespace {

using data::Batch;
using data::ColumnPtr;
using sql::Function;

struct Plan {
  std::optional<Evaluator> collection;
  std::vector<std::vector<Evaluator>> elements;  ///< [i][field]: what ARRAY[…] would hold
  bool spread = false;                           ///< a ROW element becomes its fields
  bool outer = false;
  bool with_ordinality = false;
  bool counted = false;  ///< a MULTISET holds each element with the number of times it is there
  std::optional<Projector> filter;
};

class Correlate final : public Operator {
 public:
  Correlate(const Plan& plan, const OperatorContext& context) : plan_(plan), context_(context) {}

  Status on_rows(std::size_t, Batch batch, Output& out) override {
    TRY_ASSIGN(Batch joined, plan_.collection ? from_collection(batch) : from_elements(batch));
    if (plan_.filter) {
      TRY_ASSIGN(joined, plan_.filter->apply(joined, context_));
    }
    return out.rows(std::move(joined));
  }

 private:
  /// The input's columns for the output's rows: row i of the output belongs to row `rows[i]`.
  static Batch repeated(const Batch& batch, const std::vector<uint32_t>& rows) { return data::take(batch, rows); }

  Result<Batch> from_elements(const Batch& batch) {
    const EvalInput input{.batch = batch, .wall_ms = context_.wall_ms()};
    Frame frame(input);
    const auto count = static_cast<uint32_t>(plan_.elements.size()), rows = static_cast<uint32_t>(batch.rows);
    std::vector<uint32_t> repeat(static_cast<std::size_t>(count) * rows), pick(repeat.size());
    for (uint32_t row = 0, at = 0; row < rows; ++row)
      for (uint32_t element = 0; element < count; ++element, ++at) {
        repeat[at] = row;
        pick[at] = element * rows + row;
      }
    Batch out = repeated(batch, repeat);
    const std::size_t fields = plan_.elements.front().size();
    for (std::size_t field = 0; field < fields; ++field) {
      std::vector<ColumnPtr> parts;
      for (const auto& element : plan_.elements) {
        TRY_ASSIGN(ColumnPtr part, element[field].evaluate(frame));
        parts.push_back(std::move(part));
      }
      out.columns.push_back(data::take(data::concat(parts), pick));
    }
    if (plan_.with_ordinality) out.columns.push_back(ordinality(repeat, {}));
    return out;
  }

  Result<Batch> from_collection(const Batch& batch) {
    TRY_ASSIGN(const ColumnPtr collection, plan_.collection->evaluate({.batch = batch, .wall_ms = context_.wall_ms()}));
    const data::ListValues& list = collection->list_values();
    std::vector<uint32_t> repeat, elements;
    const uint32_t none = static_cast<uint32_t>(list.children.front()->size());
    bool padded = false;
    const auto counts = plan_.counted ? list.children[1]->values<int32_t>() : std::span<const int32_t>();
    std::vector<uint8_t> present;  // one a row of the output, for the ordinality
    // Of a list of rows, those that are NULL are none.
    const data::Column* rows_in = plan_.spread ? list.children.front().get() : nullptr;
    for (uint32_t row = 0; row < batch.rows; ++row) {
      const std::size_t before = repeat.size();
      for (uint32_t at = list.offsets[row]; !collection->is_null(row) && at < list.offsets[row + 1]; ++at) {
        if (rows_in != nullptr && rows_in->is_null(at)) continue;
        const std::size_t times = counts.empty() ? 1 : static_cast<std::size_t>(std::max(counts[at], 0));
        repeat.insert(repeat.end(), times, row);
        elements.insert(elements.end(), times, at);
      }
      present.resize(repeat.size(), 1);
      if (repeat.size() > before || !plan_.outer) continue;
      repeat.push_back(row);
      elements.push_back(none);
      present.push_back(0);
      padded = true;
    }
    Batch out = repeated(batch, repeat);
    for (const ColumnPtr& child : fields_of(list)) {
      const ColumnPtr source =
          padded ? data::concat(std::vector<ColumnPtr>{child, data::Column::nulls(child->type(), 1)}) : child;
      out.columns.push_back(data::take(source, elements));
    }
    if (!padded) present.clear();
    if (plan_.with_ordinality) out.columns.push_back(ordinality(repeat, std::move(present)));
    return out;
  }

  std::vector<ColumnPtr> fields_of(const data::ListValues& list) const {
    if (!plan_.spread && plan_.counted) return {list.children.front()};
    if (!plan_.spread) return list.children;
    const ColumnPtr& rows = list.children.front();
    if (!rows->has_nulls()) return rows->row_values().children;
    // A NULL row's fields are NULL.
    std::vector<ColumnPtr> fields;
    for (const ColumnPtr& child : rows->row_values().children) {
      std::vector<uint8_t> valid(rows->valid().begin(), rows->valid().end());
      for (std::size_t i = 0; i < valid.size(); ++i)
        if (child->is_null(i)) valid[i] = 0;
      fields.push_back(std::make_shared<data::Column>(child->type(), child->size(), child->raw(), std::move(valid),
                                                      child->owners()));
    }
    return fields;
  }

  static ColumnPtr ordinality(const std::vector<uint32_t>& repeat, std::vector<uint8_t> valid) {
    std::vector<int32_t> places(repeat.size());
    for (std::size_t i = 0; i < repeat.size(); ++i)
      places[i] = i > 0 && repeat[i] == repeat[i - 1] ? places[i - 1] + 1 : 1;
    const std::size_t size = places.size();
    return std::make_shared<data::Column>(data::DataType::integer(), size, std::move(places), std::move(valid));
  }

  const Plan& plan_;
  const OperatorContext& context_;
};

bool is_call(const sql::ExpressionPtr& expression, Function function) {
  return expression->kind == sql::Expression::Kind::call && expression->function == function;
}

/// ARRAY[ROW(…), …] or ARRAY[value, …] whose elements already have the array's element type.
bool can_take_apart(const sql::CorrelateNode& node, bool spread) {
  if (!is_call(node.collection, Function::array_constructor) || node.collection->arguments.empty()) return false;
  for (const sql::ExpressionPtr& element : node.collection->arguments) {
    if (!spread) {
      if (element->type.kind() != node.collection->type.element().kind()) return false;
      continue;
    }
    if (!is_call(element, Function::row_constructor)) return false;
    for (std::size_t i = 0; i < element->arguments.size(); ++i)
      if (element->arguments[i]->type.kind() != node.collection->type.element().fields()[i].type.kind()) return false;
  }
  return true;
}

class CorrelateSpec final : public OperatorSpec {
 public:
  explicit CorrelateSpec(Plan plan) : plan_(std::move(plan)) {}
  std::unique_ptr<Operator> open(OperatorContext& context) const override {
    return std::make_unique<Correlate>(plan_, context);
  }

 private:
  Plan plan_;
};

}  // namespace

Result<OperatorSpecPtr> make_correlate(const sql::NodePtr& plan_node, const EvalSettings& settings) {
  const auto& node = plan_node->as<sql::CorrelateNode>();
  const data::DataType& type = node.collection->type;
  Plan plan;
  plan.counted = type.kind() == data::TypeKind::multiset;
  plan.spread = type.kind() != data::TypeKind::map && type.element().kind() == data::TypeKind::row;
  plan.outer = node.outer;
  plan.with_ordinality = node.with_ordinality;
  if (can_take_apart(node, plan.spread)) {
    for (const sql::ExpressionPtr& element : node.collection->arguments) {
      auto& fields = plan.elements.emplace_back();
      for (const sql::ExpressionPtr& field : plan.spread ? element->arguments : std::vector{element}) {
        TRY_ASSIGN(Evaluator evaluator, Evaluator::compile(field, settings));
        fields.push_back(std::move(evaluator));
      }
    }
  } else {
    TRY_ASSIGN(plan.collection, Evaluator::compile(node.collection, settings));
  }
  if (node.condition) {
    TRY_ASSIGN(plan.filter, Projector::make(node.condition, {}, settings));
  }
  return OperatorSpecPtr(std::make_unique<CorrelateSpec>(std::move(plan)));
}

}  // namespace azud::stream
