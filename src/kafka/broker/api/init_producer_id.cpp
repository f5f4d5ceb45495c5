#include <memory>
#include <utility>

#include "kafka/broker/api/gathered.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/error_map.h"

namespace azud::kafka {
namespace {

constexpr int64_t no_producer_id = -1;
constexpr int16_t no_producer_epoch = -1;

}  // namespace

void handle(const BrokerPtr& broker, Exchange<InitProducerIdRequest> exchange) {
  const auto answer = gather(std::move(exchange));
  answer->response.producer_epoch = -1;
  const auto& name = answer->request().transactional_id;
  const bool has_id = answer->request().producer_id != no_producer_id;
  const bool has_epoch = answer->request().producer_epoch != no_producer_epoch;
  // Without a name a producer gets a new id whatever it had; but what it had is an id with an epoch.
  if (has_id != has_epoch || (name && name->empty())) {
    answer->response.error_code = ErrorCode::invalid_request;
    return;
  }
  if (name) {
    answer->response.error_code = ErrorCode::transactional_id_authorization_failed;  // see FindCoordinator
    return;
  }
  answer->response.error_code = ErrorCode::coordinator_not_available;  // until it is done
  broker->log.next_producer_id([answer](const Result<log::ProducerId>& id) {
    if (!id) {
      answer->response.error_code = to_error_code(id.error(), Doing::commit);
      return;
    }
    answer->response.error_code = ErrorCode::none;
    answer->response.producer_id = id->value();
    answer->response.producer_epoch = 0;
  });
}

}  // namespace azud::kafka
