#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "kafka/broker/connection.h"
#include "kafka/wire/field.h"
#include "kafka/wire/frame.h"

namespace azud::kafka {

/// A request and the duty to answer it. Moves from hand to hand; answered on any thread.
template <Message Request>
class Exchange {
 public:
  using Response = typename Request::Response;

  Exchange(Reply reply, RequestHeader header, Request asked)
      : request(std::move(asked)), reply_(std::move(reply)), header_(std::move(header)) {}

  Request request;

  int16_t version() const { return header_.api_version; }
  const RequestHeader& header() const { return header_; }
  std::string client_id() const { return header_.client_id.value_or(""); }
  Connection& connection() const { return reply_.connection(); }

  void answer(const Response& response) {
    reply_.send(encode_response(header_.correlation_id, header_.api_version, response));
  }
  void no_answer() { reply_.none(); }
  void close(std::string_view reason) { reply_.close(reason); }

 private:
  Reply reply_;
  RequestHeader header_;
};

}  // namespace azud::kafka
