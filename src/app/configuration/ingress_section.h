#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/document.h"
#include "connect/http/ingest_format.h"
#include "io/http_server.h"

namespace azud::app {

struct IngressSection {
  std::string listen = "[::]:19092";
  io::HttpServerOptions limits;
  /// By topic.
  std::map<std::string, std::shared_ptr<const connect::IngestFormat>, std::less<>> formats;
};

/// The limits on clients of a section that serves HTTP: max_connections, max_connections_per_ip, queued_bytes_max,
/// receive_timeout, send_timeout, idle_timeout.
Status read_client_limits(const config::Members& members, io::HttpServerOptions& limits);

Status read_ingress_section(const config::Node& node, IngressSection& section);

}  // namespace azud::app
