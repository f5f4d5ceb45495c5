#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "sql/plan/physical_io.h"
#include "stream/run/sink.h"

namespace azud::connect {

/// Takes lines (one or more, each with its end) for stdout or stderr.
using PrintLines = std::function<void(std::string_view lines, bool to_stderr)>;
/// To the process's own.
void print_to_process(std::string_view lines, bool to_stderr);

/// Options that print cannot use are `invalid`, in Flink's words.
Status check_print(const sql::TableDefinition& table);

/// A line a row, "+I[a, b]", when the commit that it belongs to is durable.
Result<std::unique_ptr<stream::Sink>> open_print_sink(const std::shared_ptr<const sql::SinkNode>& node,
                                                      PrintLines print);

}  // namespace azud::connect
