#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sql/plan/schema.h"
#include "sql/syntax/source.h"

namespace azud::sql {

enum class LogicalKind : uint8_t {
  scan,
  values,
  filter,
  project,
  watermark,
  normalize,
  window,
  aggregate,
  over,
  join,
  correlate,
  union_all,
  sort,
  sink,
};

/// The clause that a node came from, so that what is found out later (this operator changes its results, that join is
/// not supported) can be shown where it was written.
struct Origin {
  SourcePtr source;
  Place place;
  /// Error at the place; without source (a plan made by a test) just the message.
  Error error(Code code, std::string_view message, std::string hint = {}) const;
};

struct LogicalNode;
using LogicalPtr = std::shared_ptr<const LogicalNode>;

/// A node of the logical plan: what is computed, not how. Immutable; shared where a view or a table is used twice, so
/// that a plan is a graph. Families stand in logical_*.h, found by `kind`.
struct LogicalNode {
  explicit LogicalNode(LogicalKind node_kind) : kind(node_kind) {}
  LogicalNode(const LogicalNode&) = default;
  LogicalNode& operator=(const LogicalNode&) = default;
  virtual ~LogicalNode() = default;

  LogicalKind kind;
  std::vector<LogicalPtr> inputs;
  Schema output;
  Origin origin;

  /// What the node does apart from its inputs, in one line. In `Wording::exact`, equal lines over the same inputs mean
  /// equal results (names of output columns aside).
  virtual std::string describe(Wording wording) const = 0;
  virtual std::unique_ptr<LogicalNode> clone() const = 0;

  template <class T>
  const T& as() const {
    return static_cast<const T&>(*this);
  }
  const LogicalNode& input() const { return *inputs.front(); }
};

std::vector<std::string> names_of(const Schema& schema);

/// Every node that `roots` reach, once, inputs before those who read them.
std::vector<LogicalPtr> in_order(const std::vector<LogicalPtr>& roots);

}  // namespace azud::sql
