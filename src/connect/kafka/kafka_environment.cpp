#include "connect/kafka/kafka_environment.h"

#include "data/number_parse.h"

namespace azud::connect {

Status KafkaEnvironment::check_servers(std::string_view table, std::string_view servers) const {
  std::string_view rest = servers;
  while (true) {
    const std::size_t end = rest.find(',');
    const std::string_view server = data::trim(rest.substr(0, end));
    if (server != "azud" && !(is_embedded && is_embedded(server)))
      return std::unexpected(
          Error(Code::unsupported,
                fmt::format("table {}: 'properties.bootstrap.servers' names a Kafka that is not this azud: {}", table,
                            server),
                "name one of azud's own listeners, such as localhost:9092; tables of another Kafka are not offered"));
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
}

}  // namespace azud::connect
