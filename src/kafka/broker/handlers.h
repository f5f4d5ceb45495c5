#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "kafka/broker/connection.h"
#include "kafka/wire/field.h"
#include "kafka/wire/frame.h"

namespace azud::kafka {

class Broker;
using BrokerPtr = std::shared_ptr<Broker>;

/// One row of the table of requests: what is told to clients in the answer of ApiVersions, and what is done.
struct HandlerRow {
  ApiKey key;
  std::string_view name;
  VersionRange served;
  int16_t advertised_first;  ///< below served.first where old clients only ask whether the version is known
  int16_t flexible_since;
  /// Reads the body and hands it to the API's function; closes the connection if it is malformed.
  void (*run)(const BrokerPtr& broker, Reply reply, RequestHeader header, Reader& in);
};

/// By key.
std::span<const HandlerRow> handler_table();

/// Finds out what a frame asks for and has it done. Unknown keys and versions close the connection, except for
/// ApiVersions, whose answer tells the client what to ask instead.
void dispatch(const BrokerPtr& broker, Reply reply, SharedBytes frame);

}  // namespace azud::kafka
