#pragma once

#include "base/result.h"
#include "io/http_message.h"

namespace azud::connect {

/// The one table from errors to statuses of the ingresses: {"error":"…"}; what may succeed when tried again is 503 with
/// Retry-After.
io::HttpResponse error_response(const Error& error);

}  // namespace azud::connect
