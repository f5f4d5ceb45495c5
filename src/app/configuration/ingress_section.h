#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/document.h"
#include "connect/http/ingest_format.h"

namespace azud::app {

struct IngressSection {
  std::string listen = "[::]:19092";
  /// By topic.
  std::map<std::string, std::shared_ptr<const connect::IngestFormat>, std::less<>> formats;
};

Status read_ingress_section(const config::Node& node, IngressSection& section);

}  // namespace azud::app
