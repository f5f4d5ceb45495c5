#pragma once

#include "format/encoder.h"
#include "format/options.h"

namespace azud::format {

/// Format json: a row is an object, its fields in order.
Result<EncoderPtr> make_json_encoder(const Options& options, const std::vector<data::FieldType>& fields);

}  // namespace azud::format
