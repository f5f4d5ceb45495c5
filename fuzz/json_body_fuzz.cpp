// Bodies and live messages of the page's clients, and of clients of the SQL gateway: JSON of any shape. Nothing may
// crash, also not when the tree is copied or written; a query that is taken means the same when it is told again.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "web/json.h"
#include "web/query/query.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace azud::web;
  const azud::Result<Json> json = parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const Json copy = *json;
  require(to_text(copy) == to_text(*json));
  const azud::Result<Query> query = check_query(copy);
  if (!query) return 0;
  const azud::Result<Query> again = check_query(query->to_json());
  require(again && again->key() == query->key());
  return 0;
}
