#pragma once

#include "format/csv_options.h"
#include "format/encoder.h"

namespace azud::format {

/// Format csv: one row, no line end.
Result<EncoderPtr> make_csv_encoder(const Options& options, const std::vector<data::FieldType>& fields);

}  // namespace azud::format
