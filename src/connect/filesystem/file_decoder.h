#pragma once

#include <memory>

#include "base/result.h"
#include "connect/filesystem/file_list.h"
#include "connect/filesystem/file_options.h"
#include "sql/plan/physical_io.h"
#include "stream/run/source.h"

namespace azud::connect {

/// Stretches of files into the columns of a scan: Piece::first is the FilePlace of its first byte.
Result<std::unique_ptr<stream::Decoder>> make_file_decoder(const FileOptions& options, const sql::ScanNode& scan,
                                                           std::shared_ptr<const OpenedFiles> files);

}  // namespace azud::connect
