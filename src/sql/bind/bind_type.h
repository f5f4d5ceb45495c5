#pragma once

#include "data/type.h"
#include "sql/bind/bind_error.h"
#include "sql/syntax/type_ast.h"

namespace azud::sql {

/// The type that `name` means, with Flink's defaults (DECIMAL is DECIMAL(10, 0), TIMESTAMP is TIMESTAMP(6)) and limits.
Result<data::DataType> bind_type(const ast::TypeName& name, const BindErrors& errors);

}  // namespace azud::sql
