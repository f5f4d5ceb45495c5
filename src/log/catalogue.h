#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread_annotations.h"

namespace azud::log {

/// The durable key-value tables, in memory. Changed only by journal entries. Thread-safe.
class Catalogue {
 public:
  void put(std::string_view table, std::string_view key, std::string_view value);
  void erase(std::string_view table, std::string_view key);

  std::optional<std::string> get(std::string_view table, std::string_view key) const;
  std::vector<std::pair<std::string, std::string>> scan(std::string_view table, std::string_view prefix) const;
  /// About what `table` takes in memory.
  std::size_t bytes(std::string_view table) const;

  /// Shows every pair to `visit`, letting changes through in between now and then: a pair that changes meanwhile is
  /// shown as before, as after, or (if made or erased meanwhile) perhaps not at all.
  using Visit = std::function<void(std::string_view table, std::string_view key, std::string_view value)>;
  void visit_all(const Visit& visit) const;

 private:
  struct Table {
    std::map<std::string, std::string, std::less<>> pairs;
    std::size_t bytes = 0;
  };
  mutable Mutex mutex_;
  std::map<std::string, Table, std::less<>> tables_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::log
