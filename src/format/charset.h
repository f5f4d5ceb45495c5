#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace azud::format {

/// Converts between a character set and UTF-8. Belongs to one thread.
class Charset {
 public:
  virtual ~Charset() = default;

  /// Nothing (null) for UTF-8, which needs no conversion; `invalid` for a name nobody knows.
  static Result<std::unique_ptr<Charset>> find(std::string_view name);

  /// What cannot be read becomes U+FFFD; what cannot be written becomes "?".
  virtual void append_utf8(std::string& out, std::string_view bytes) = 0;
  virtual void append_bytes(std::string& out, std::string_view utf8) = 0;
};

}  // namespace azud::format
