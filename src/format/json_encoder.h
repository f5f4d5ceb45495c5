#pragma once

#include "format/encoder.h"
#include "format/options.h"

namespace azud::format {

/// Format json: a row is an object, its fields in order.
Result<EncoderPtr> make_json_encoder(const Options& options, std::vector<data::FieldType> fields);

}  // namespace azud::format
