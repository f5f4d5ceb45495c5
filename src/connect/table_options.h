#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "format/options.h"
#include "sql/plan/table.h"

namespace azud::connect {

/// A format as a table's options name it.
struct FormatChoice {
  std::string name;
  format::Options options;  ///< keys without the format's name
};

/// The WITH (…) of a table, checked in Flink's words: connectors say what they take, then `finish` refuses the rest.
/// Errors are `invalid` and name the table.
class TableOptions {
 public:
  explicit TableOptions(const sql::TableDefinition& table);

  const format::Options& values() const { return values_; }
  std::optional<std::string_view> find(std::string_view key) const { return values_.find(key); }

  /// These keys are taken; the required ones must be there.
  Status take(std::span<const std::string_view> required, std::span<const std::string_view> optional);
  void take(std::string_view key) { supported_.insert(std::string(key)); }
  /// Every key that begins so is taken.
  void take_prefix(std::string_view prefix);

  /// The format that `option` ("format", "key.format") names, with the options behind it; nothing if it is not set. Its
  /// options are taken.
  Result<std::optional<FormatChoice>> take_format(std::string_view option);

  /// "Unsupported options found for 'kafka'", with all that are supported as a hint.
  Status finish() const;

 private:
  std::string table_;
  std::string connector_;
  format::Options values_;
  std::set<std::string, std::less<>> supported_;
};

}  // namespace azud::connect
