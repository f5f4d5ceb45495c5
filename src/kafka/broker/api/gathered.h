#pragma once

#include <memory>
#include <utility>

#include "kafka/broker/exchange.h"

namespace azud::kafka {

/// An answer made of parts that are ready at different times, on different threads: whoever works on a part holds a
/// share, and the answer leaves when the last share goes. Parts must not touch the same fields. A part's error code
/// stands at "not done" from the beginning, so that one that was dropped is not taken for done.
template <Message Request>
class Gathered {
 public:
  explicit Gathered(Exchange<Request> exchange) : exchange_(std::move(exchange)) {}
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;
  ~Gathered() { exchange_.answer(response); }

  const Request& request() const { return exchange_.request; }
  int16_t version() const { return exchange_.version(); }
  Connection& connection() const { return exchange_.connection(); }

  typename Request::Response response;

 private:
  Exchange<Request> exchange_;
};

template <Message Request>
std::shared_ptr<Gathered<Request>> gather(Exchange<Request> exchange) {
  return std::make_shared<Gathered<Request>>(std::move(exchange));
}

}  // namespace azud::kafka
