// Prints random messages of each described version as "name version seed json": the input of WireGolden.java, which
// answers with the bytes that Apache Kafka itself makes of them (kafka_messages.txt).

#include <cstdint>

#include <fmt/format.h>

#include "kafka/wire/message/all_requests.h"
#include "kafka/wire/testing/random.h"
#include "kafka/wire/text.h"

namespace azud::kafka {
namespace {

template <class M>
void print_versions() {
  for (int16_t version = M::info.versions.first; version <= M::info.versions.last; ++version) {
    for (uint32_t seed = 1; seed <= sample_seeds; ++seed) {
      const M message = random_message<M>(seed, version);
      fmt::print("{} {} {} {}\n", M::info.name, version, seed, to_text(message, version, BytesAs::base64));
    }
  }
}

}  // namespace
}  // namespace azud::kafka

int main() {
  azud::kafka::for_each_request(azud::kafka::AllRequests{}, []<class Request>() {
    azud::kafka::print_versions<Request>();
    azud::kafka::print_versions<typename Request::Response>();
  });
}
