#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_annotations.h"
#include "web/dashboard/dashboard.h"

namespace azud::web {

/// The dashboards of a folder, or of texts built into the program. A file with a mistake keeps its last good version.
/// Thread-safe.
class Dashboards {
 public:
  /// `folder` may be empty: no dashboards.
  explicit Dashboards(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Name and text of each file.
  explicit Dashboards(const std::vector<std::pair<std::string, std::string>>& files);

  /// Reads what is new or changed in the folder. Cheap if nothing is.
  void refresh();

  struct Entry {
    std::string file;
    std::shared_ptr<const Dashboard> dashboard;  ///< null if no version was ever good
    std::optional<Error> error;                  ///< of the present version
  };
  std::vector<Entry> list() const;  ///< by file name
  std::shared_ptr<const Dashboard> find(std::string_view uid) const;
  /// Those with a mistake, with file, line and what is allowed: for `azud check`.
  Status check() const;

 private:
  struct File {
    Entry entry;
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
  };
  void take(const std::string& name, Result<Dashboard> read) AZUD_REQUIRES(mutex_);

  std::filesystem::path folder_;
  mutable Mutex mutex_;
  std::map<std::string, File> files_ AZUD_GUARDED_BY(mutex_);
};

}  // namespace azud::web
