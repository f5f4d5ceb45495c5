#pragma once

#include "sql/bind/catalogue.h"
#include "sql/plan/table.h"

namespace azud::sql {

/// CREATE TABLE with LIKE resolved, types and expressions bound, keys and watermark checked.
Result<TablePtr> bind_create_table(const ast::CreateTable& statement, const Catalogue& catalogue,
                                   const BindErrors& errors);

/// The statement that makes the table, for SHOW CREATE TABLE.
std::string to_ddl(const TableDefinition& table);

}  // namespace azud::sql
