#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "base/result.h"

namespace azud::kafka {

// Internal to this folder: what its files share of librdkafka.

struct HandleDeleter {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
};
using Handle = std::unique_ptr<rd_kafka_t, HandleDeleter>;

struct ConfigDeleter {
  void operator()(rd_kafka_conf_t* config) const { rd_kafka_conf_destroy(config); }
};
using Config = std::unique_ptr<rd_kafka_conf_t, ConfigDeleter>;

/// `invalid` with librdkafka's words for a property or value that it does not know.
Status set_property(rd_kafka_conf_t* config, const std::string& name, const std::string& value);

Result<Handle> open_handle(rd_kafka_type_t type, const std::vector<std::pair<std::string, std::string>>& properties);
Result<Handle> open_handle(rd_kafka_type_t type, Config config);

}  // namespace azud::kafka
