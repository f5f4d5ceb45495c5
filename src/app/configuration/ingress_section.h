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

/// max_connections and max_connections_per_ip of a section that serves HTTP.
Status read_connection_limits(const config::Members& members, io::HttpServerOptions& limits);

Status read_ingress_section(const config::Node& node, IngressSection& section);

}  // namespace azud::app
