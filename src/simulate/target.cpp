#include "simulate/target.h"

#include <iostream>
#include <string_view>

#include "simulate/http_sender.h"
#include "simulate/kafka_sender.h"
#include "simulate/text_sender.h"

namespace azud::simulate {

Result<std::unique_ptr<Sender>> open_target(const TargetSettings& settings, const EventSource& source,
                                            const io::Clock& clock) {
  constexpr std::string_view kafka_scheme = "kafka://";
  constexpr std::string_view http_scheme = "http://";
  if (settings.address == "-") return std::make_unique<TextSender>(std::cout, source);
  if (settings.address.starts_with(kafka_scheme)) {
    return KafkaSender::open({.producer = {.bootstrap_servers = settings.address.substr(kafka_scheme.size())},
                              .timestamps = settings.timestamps},
                             source, clock);
  }
  if (settings.address.starts_with(http_scheme)) {
    if (settings.timestamps == Timestamps::nominal) {
      return fail(Code::unsupported, "over HTTP the server stamps the time; nominal timestamps need a kafka:// target");
    }
    return HttpSender::open(
        {.address = settings.address.substr(http_scheme.size()), .connections = settings.http_connections}, source,
        clock);
  }
  return fail(Code::invalid, "a target is kafka://host:port, http://host:port or -, not {}", settings.address);
}

}  // namespace azud::simulate
