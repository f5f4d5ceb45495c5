#include "connect/http/error_response.h"

#include "io/http_router.h"

namespace azud::connect {
namespace {

int status_of(Code code) {
  switch (code) {
    case Code::invalid: return 413;  // the only thing that can be wrong with a record that reached the log is its size
    case Code::not_found: return 404;  // the topic was deleted meanwhile
    case Code::unavailable:
    case Code::storage_full:
    case Code::cancelled: return 503;
    default: return 500;
  }
}

}  // namespace

io::HttpResponse error_response(const Error& error) {
  io::HttpResponse response = io::json_error(status_of(error.code()), error.message());
  if (response.status == 503) {
    // A full disk takes longer to come right than a stop.
    response.headers.emplace_back("Retry-After", error.code() == Code::storage_full ? "30" : "1");
  }
  return response;
}

}  // namespace azud::connect
