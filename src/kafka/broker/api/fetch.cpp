#include <memory>
#include <utility>

#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/fetch/parked_fetch.h"

namespace azud::kafka {

void handle(const BrokerPtr& broker, Exchange<FetchRequest> exchange) {
  const int64_t now_ms = broker->clock.monotonic_us() / 1000;
  FetchPlan plan = broker->fetch_sessions.plan(exchange.request, exchange.version(), now_ms);
  std::make_shared<ParkedFetch>(broker, std::move(exchange), std::move(plan))->start();
}

}  // namespace azud::kafka
