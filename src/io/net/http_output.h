#pragma once

#include "io/http_message.h"
#include "io/net/output_queue.h"

namespace azud::io {

struct HttpOutputRules {
  bool without_body = false;  ///< the answer to HEAD: the length is told, the body not sent
  bool http_1_0 = false;
  bool close = false;
};

/// Writes an answer by hand onto the end of `out`.
void append_response(OutputQueue& out, HttpResponse response, const HttpOutputRules& rules);

}  // namespace azud::io
