#include "stream/op/operator.h"

namespace azud::stream {

Status Operator::on_watermark(TimestampMs, Output&) { return {}; }
Status Operator::on_epoch_end(Output&) { return {}; }
Status Operator::on_time(TimestampMs, Output&) { return {}; }
Status Operator::read(ByteView) { return fail(Code::corrupt, "state for an operator that keeps none"); }

}  // namespace azud::stream
