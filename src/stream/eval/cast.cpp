#include "stream/eval/conversion.h"
#include "stream/eval/function_table.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using data::DataType;
using data::Storage;
using data::TypeKind;
using sql::Function;

bool same_values(const DataType& from, const DataType& to) {
  if (from.kind() != to.kind()) return false;
  switch (from.kind()) {
    case TypeKind::decimal: return from.scale() == to.scale() && to.precision() >= from.precision();
    case TypeKind::varchar:
    case TypeKind::varbinary: return to.length() >= from.length();
    case TypeKind::character:
    case TypeKind::binary: return to.length() == from.length();
    case TypeKind::time:
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz: return to.precision() >= from.precision();
    case TypeKind::row:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return from.same_kind_as(to);
    default: return true;
  }
}

Result<Conversion> any_conversion(const DataType& from, const DataType& to, const Zone& zone) {
  if (from.kind() == TypeKind::null)
    return Conversion([to](const ColumnPtr& column, Misses&) { return data::Column::nulls(to, column->size()); });
  if (same_values(from, to)) return Conversion([to](const ColumnPtr& column, Misses&) { return retyped(column, to); });
  switch (to.kind()) {
    case TypeKind::boolean: return conversion_to_boolean(from);
    case TypeKind::character:
    case TypeKind::varchar: return conversion_to_text(from, to, zone);
    case TypeKind::binary:
    case TypeKind::varbinary: return conversion_to_bytes(from, to);
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::timestamp:
    case TypeKind::timestamp_ltz: return conversion_to_time(from, to, zone);
    case TypeKind::interval_months:
    case TypeKind::interval_ms: return conversion_to_interval(from, to);
    case TypeKind::row:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::multiset: return conversion_of_nested(from, to, zone);
    case TypeKind::null: return Conversion();
    default: return conversion_to_number(from, to);
  }
}

std::string shown_value(const std::string& text) { return text.empty() ? "a value" : "'" + text + "'"; }

template <bool tried>
Result<Kernel> make_cast(const sql::Expression& expression, const EvalSettings& settings) {
  const DataType& from = expression.arguments[0]->type;
  TRY_ASSIGN(Conversion convert, conversion(from, expression.type, settings.zone));
  return Kernel([convert = std::move(convert)](Call& call) -> Result<ColumnPtr> {
    Misses misses{call.frame.made()};
    ColumnPtr column = convert(call.args[0].column, misses);
    if (!tried && misses.first)
      return call.fail_at(misses.first->row, "{} cannot be cast to {} (TRY_CAST gives NULL instead)",
                          shown_value(misses.first->text), call.type().with_nullable(true).to_sql());
    return column;
  });
}

/// The same bytes under another type of the same storage.
Result<ColumnPtr> reinterpret(Call& call) { return retyped(call.args[0].column, call.type()); }

}  // namespace

ColumnPtr retyped(const ColumnPtr& column, const DataType& type) {
  if (column->type().same_kind_as(type)) return column;
  return std::make_shared<data::Column>(type, column->size(), column->raw(),
                                        std::vector<uint8_t>(column->valid().begin(), column->valid().end()),
                                        column->owners());
}

Result<Conversion> conversion(const DataType& from, const DataType& to, const Zone& zone) {
  TRY_ASSIGN(Conversion convert, any_conversion(from, to, zone));
  if (!convert) return fail(Code::unsupported, "{} cannot be cast to {}", from.to_sql(), to.to_sql());
  return convert;
}

void add_cast_functions(FunctionTable& table) {
  table.add(Function::cast, make_cast<false>, {.fallible = true});
  table.add(Function::try_cast, make_cast<true>);
  table.add(Function::reinterpret, reinterpret);
}

}  // namespace azud::stream
