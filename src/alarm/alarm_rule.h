#pragma once

#include <map>
#include <optional>
#include <string>

#include "alarm/alarm.h"

namespace azud::alarm {

/// What an e-mail about a transition says; `{field}` stands for a field of the transition's record or of what was
/// looked up.
struct MailTemplate {
  std::string subject;
  std::string body;
};

struct NotifyRule {
  std::string from;
  std::string to;
  std::string lookup_topic;  ///< whose latest record of the same key adds its fields; empty = none
  std::string lookup_key;    ///< the transition's field that is that key
  std::optional<MailTemplate> on_raise;
  std::optional<MailTemplate> on_clear;
};

/// How the records of a topic are transitions; values are JSON objects, names are theirs.
struct AlarmRule {
  std::string topic;
  std::string originator;
  std::string type;
  std::string what;
  std::string raise = "raise";  ///< the value of `what` that raises
  std::string clear = "clear";
  std::string time;                            ///< empty = the record's timestamp
  std::map<std::string, Severity> severities;  ///< by type
  Severity severity = Severity::major;         ///< of other types
  std::string zone;                            ///< empty = none
  std::string label;                           ///< a template; empty = none
  std::optional<NotifyRule> notify;
};

}  // namespace azud::alarm
