#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "base/result.h"
#include "log/log.h"

namespace azud::alarm {

/// Where the latest record of each key of a topic is: some bytes a key, the values stay in the log. Owned by one
/// thread.
class KeyIndex {
 public:
  explicit KeyIndex(log::TopicView topic);

  /// Takes in what has come since the last call.
  Status catch_up();
  /// The latest value of the key as of the last catch_up(); nothing if there is none or it was deleted.
  Result<std::optional<std::string>> find(const std::string& key) const;

 private:
  log::TopicView topic_;
  std::vector<log::Offset> next_;
  struct Place {
    uint32_t partition;
    int64_t offset;
  };
  absl::flat_hash_map<std::string, Place> places_;
};

}  // namespace azud::alarm
