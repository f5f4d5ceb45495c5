#pragma once

#include "sql/bind/bind_error.h"
#include "sql/bind/scope.h"
#include "sql/plan/physical_state.h"
#include "sql/syntax/query_ast.h"

namespace azud::sql {

/// The arguments of TUMBLE, HOP, CUMULATE or SESSION, by place or by name.
struct WindowCall {
  WindowSpec::Kind kind{};
  const ast::TableArgument* data = nullptr;  ///< null if the data is a query in parentheses
  ast::QueryPtr query;
  const ast::Descriptor* time = nullptr;
  WindowSpec window;  ///< without its columns
  Place time_place;
};

/// Nothing if `call` is no window function.
std::optional<WindowSpec::Kind> window_kind(const ast::Call& call);
Result<WindowCall> read_window_call(const ast::Call& call, Place place, const BindErrors& errors);

}  // namespace azud::sql
