#pragma once

#include "app/configuration/configuration.h"
#include "base/result.h"
#include "io/clock.h"
#include "log/log.h"
#include "systems/system.h"

namespace azud::app {

/// Fills the topics of the `load` sections. Each is filled once in the life of the log, whatever crashes come between:
/// how far it got is committed together with the records. A topic that got records from elsewhere first is left alone.
/// `system` may be null: then generators are an error. Blocks until the records are durable.
Status load_topics(const Configuration& configuration, const systems::System* system, const io::Clock& clock,
                   log::Log& log);

}  // namespace azud::app
