#pragma once

#include "format/csv_options.h"
#include "format/decoder.h"

namespace azud::format {

/// Format csv: the first row of a message, fields by position.
Result<DecoderPtr> make_csv_decoder(const Options& options, DecoderSpec spec);

}  // namespace azud::format
