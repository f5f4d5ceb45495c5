#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sql/bind/catalogue.h"
#include "sql/plan/connector_traits.h"
#include "sql/plan/physical.h"
#include "sql/settings.h"
#include "sql/syntax/statement_ast.h"

namespace azud::sql {

/// A table of text for SHOW, DESCRIBE and EXPLAIN.
struct Listing {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// What a statement came to.
struct Outcome {
  /// Nothing (CREATE, DROP, SET …), something to show, or a job to run.
  std::variant<std::monostate, Listing, PhysicalPlan> result;
  /// Sentences for the user, such as a setting that azud does not act on.
  std::vector<std::string> notices;
};

/// Statements one after another: what they create is known to those that follow. Belongs to one thread.
class Session {
 public:
  explicit Session(const ConnectorRegistry& connectors = ConnectorRegistry::standard()) : connectors_(connectors) {}

  /// INSERT, a statement set and a query become a plan; everything else is done at once. Errors name the place in the
  /// text. A statement that fails changes nothing.
  Result<Outcome> execute(const ast::Statement& statement);

  const Catalogue& catalogue() const { return catalogue_; }
  const Settings& settings() const { return settings_; }

 private:
  friend struct Execution;
  const ConnectorRegistry& connectors_;
  Catalogue catalogue_;
  Settings settings_;
};

}  // namespace azud::sql
