// Messages of devices in any form. Nothing may crash; what is accepted gives a CSV line that is accepted again and
// gives itself, with the same key.

#include <cstdint>
#include <cstdlib>

#include "connect/http/ingest_format.h"

namespace {

using namespace azud::connect;

const IngestFormat& format() {
  static const auto made = *IngestFormat::create({{{"id", IngestType::int32, {}},
                                                   {"flag", IngestType::boolean, {"flag", "f"}},
                                                   {"value", IngestType::float64, {}},
                                                   {"name", IngestType::text, {}},
                                                   {"count", IngestType::int64, {}}},
                                                  "name"});
  return *made;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  IngestFormat::Message first, second;
  if (!format().normalise({reinterpret_cast<const char*>(data), size}, first)) {
    require(!first.problem.empty());
    return 0;
  }
  require(format().normalise(first.csv, second));
  require(first.csv == second.csv && first.key == second.key);
  return 0;
}
