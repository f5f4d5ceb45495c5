#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "kafka/wire/error_code.h"

namespace azud::kafka {

/// What was being done when the log gave an error: the same error has other names in Kafka elsewhere.
enum class Doing : uint8_t {
  append,  ///< records to a partition
  read,    ///< records or offsets of a partition
  create_topic,
  change_topic,  ///< partitions, deletion
  trim,          ///< records from a partition's beginning
  configure,
  commit,  ///< offsets and groups
};

/// The one place where azud's errors become Kafka's codes.
ErrorCode to_error_code(const Error& error, Doing doing);

/// For an answer's nullable error message: what the error says and how to mend it.
std::optional<std::string> to_error_message(const Error& error);

}  // namespace azud::kafka
