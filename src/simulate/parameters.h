#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace azud::simulate {

/// A setting that a generator offers: becomes an option of the command line and a key of the configuration file.
struct Parameter {
  std::string_view name;           ///< `draw_every`
  std::string_view default_value;  ///< as text; empty when another parameter decides
  std::string_view help;           ///< one line: meaning, unit, what is allowed
};

/// Chosen values of a generator's parameters. A value not chosen is the parameter's default.
class ParameterValues {
 public:
  explicit ParameterValues(std::span<const Parameter> known) : known_(known) {}

  /// Fails with Code::invalid when no parameter has that name.
  Status set(std::string_view name, std::string_view value);

  /// The chosen value or the default. The name must be known.
  std::string_view text(std::string_view name) const;

  /// The value as an integer in [least, most].
  Result<int64_t> integer(std::string_view name, int64_t least, int64_t most) const;

  /// The value as a time: `2024-05-01T00:00:00Z`, or milliseconds since 1970.
  Result<TimestampMs> time(std::string_view name) const;

 private:
  std::span<const Parameter> known_;
  std::map<std::string, std::string, std::less<>> chosen_;
};

}  // namespace azud::simulate
