#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "data/type.h"
#include "sql/plan/expression.h"

/// Which type comes out of which, as Flink's planner decides it.
namespace azud::sql {

/// Which of FLOAT and DOUBLE holds both: what is Calcite's own (CASE, IF, ARRAY[…], UNION) takes the one on the left,
/// what is Flink's (COALESCE, GREATEST) DOUBLE.
enum class Floats : uint8_t { leftmost, widest };

/// The one type that values of all `types` can be given without loss worth mentioning: for CASE, COALESCE, IN, UNION,
/// ARRAY[…]. Nullable if one of them is; a bare NULL fits all. Nothing if there is none.
std::optional<data::DataType> common_type(std::span<const data::DataType> types, Floats floats = Floats::leftmost);

/// The type that two values are compared in: common_type, and beyond it text against a number or a time, which is
/// read as the other's type, and TIMESTAMP against TIMESTAMP_LTZ.
std::optional<data::DataType> comparison_type(const data::DataType& a, const data::DataType& b);

/// The type of `a op b` for numbers, and what each operand is cast to first. Nothing if they are no numbers.
struct ArithmeticTypes {
  data::DataType left, right, result;
};
std::optional<ArithmeticTypes> arithmetic_types(Function op, const data::DataType& a, const data::DataType& b);

/// An integer as the DECIMAL that holds all its values; a DECIMAL as it is.
data::DataType as_decimal(const data::DataType& type);

/// Whether CAST takes it.
bool can_cast(const data::DataType& from, const data::DataType& to);
/// Whether INSERT casts it by itself.
bool can_assign(const data::DataType& from, const data::DataType& to);
/// Whether values of both lie in memory alike and mean the same, so that a cast has nothing to do.
bool same_values(const data::DataType& from, const data::DataType& to);

bool any_nullable(std::span<const data::DataType> types);

}  // namespace azud::sql
