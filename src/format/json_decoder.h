#pragma once

#include "format/decoder.h"
#include "format/options.h"

namespace azud::format {

/// Format json: an object is a row, fields by name; an array of objects is so many rows.
Result<DecoderPtr> make_json_decoder(const Options& options, DecoderSpec spec);

}  // namespace azud::format
