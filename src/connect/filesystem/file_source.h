#pragma once

#include <memory>

#include "base/result.h"
#include "io/clock.h"
#include "io/file.h"
#include "log/log.h"
#include "sql/plan/table.h"
#include "stream/run/connectors.h"

namespace azud::connect {

/// What filesystem tables need of the azud that they run in.
struct FileEnvironment {
  io::FileSystem* files = nullptr;
  const io::Clock* clock = nullptr;
  log::Log* log = nullptr;  ///< dead letters go to `<table>.dlq`
};

/// Options that filesystem tables cannot use are `invalid`, in Flink's words.
Status check_filesystem(const sql::TableDefinition& table);

/// The lines of a file, or of all files below a directory in the order of their paths; then the end, or with
/// 'source.monitor-interval' new files for ever.
Result<std::unique_ptr<stream::Source>> open_file_source(const stream::Connectors::ScanRequest& scan,
                                                         const FileEnvironment& environment);

}  // namespace azud::connect
