#include "web/view/alarm_view.h"

namespace azud::web {

std::string_view state_of(const AlarmEntry& alarm) {
  if (alarm.active()) return alarm.acknowledged() ? "ACTIVE_ACK" : "ACTIVE_UNACK";
  return alarm.acknowledged() ? "CLEARED_ACK" : "CLEARED_UNACK";
}

}  // namespace azud::web
