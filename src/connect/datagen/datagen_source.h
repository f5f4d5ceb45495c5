#pragma once

#include <memory>

#include "base/result.h"
#include "io/clock.h"
#include "sql/plan/table.h"
#include "stream/run/connectors.h"

namespace azud::connect {

/// Table options that datagen cannot use are `invalid`, in Flink's words.
Status check_datagen(const sql::TableDefinition& table);

/// Rows made by rule or by chance, so many a second. A row's values follow from `seed` and its number, so it does not
/// matter which worker makes them, nor when. A job that goes on goes on with the next row.
Result<std::unique_ptr<stream::Source>> open_datagen_source(const stream::Connectors::ScanRequest& scan,
                                                            const io::Clock& clock, uint64_t seed);

}  // namespace azud::connect
