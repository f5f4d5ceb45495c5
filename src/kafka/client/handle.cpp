#include "kafka/client/handle.h"

namespace azud::kafka {

Status set_property(rd_kafka_conf_t* config, const std::string& name, const std::string& value) {
  char reason[512];
  if (rd_kafka_conf_set(config, name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK)
    return fail(Code::invalid, "kafka client property {}: {}", name, reason);
  return {};
}

Result<Handle> open_handle(rd_kafka_type_t type, const std::vector<std::pair<std::string, std::string>>& properties) {
  Config config(rd_kafka_conf_new());
  for (const auto& [name, value] : properties) TRY(set_property(config.get(), name, value));
  return open_handle(type, std::move(config));
}

Result<Handle> open_handle(rd_kafka_type_t type, Config config) {
  char reason[512];
  Handle handle(rd_kafka_new(type, config.get(), reason, sizeof reason));
  if (!handle) return fail(Code::invalid, "kafka client: {}", reason);
  (void)config.release();  // the handle owns it now
  return handle;
}

}  // namespace azud::kafka
