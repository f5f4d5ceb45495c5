#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace azud::sql {

/// Bytes [begin, end) of a Source: where a token, an expression or a clause was written.
struct Place {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const Place&) const = default;
};

/// From the first byte of `a` to the last of `b`.
inline Place cover(Place a, Place b) { return {a.begin, b.end}; }

/// A text of SQL and the name to show for it: a file, or empty for what was typed. Immutable; shared by the statements
/// parsed from it, so that an error found much later can still show its line.
class Source {
 public:
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  std::string_view text(Place place) const;

  /// 1-based; a column counts characters, not bytes.
  struct Location {
    uint32_t line;
    uint32_t column;
  };
  Location location(uint32_t offset) const;

  /// "file:line:column", or "line:column" for a source without name.
  std::string show(Place place) const;
  /// The line of the place, cut to a readable width, and a caret under its first character.
  std::string excerpt(Place place) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<uint32_t> line_begins_;
};
using SourcePtr = std::shared_ptr<const Source>;

/// "place: message", the source line and a caret below it; the hint says how to mend it.
Error error_at(const Source& source, Place place, Code code, std::string_view message, std::string hint = {});

}  // namespace azud::sql
