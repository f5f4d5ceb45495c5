#pragma once

#include "kafka/wire/message/api_versions.h"

namespace azud::kafka {

/// What azud offers, as ApiVersions tells it.
ApiVersionsResponse api_versions();

}  // namespace azud::kafka
