#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace azud::stream {

/// A Java date pattern ("yyyy-MM-dd HH:mm:ss.SSS"): the letters y u Y M d D w Q H h k K m s S a E Z z X n and quoted
/// text.
class DatePattern {
 public:
  static Result<DatePattern> parse(std::string_view pattern);

  /// `zone_text` stands for z and the like.
  void append(std::string& out, int64_t local_us, std::string_view zone_text, int64_t offset_us) const;

  enum class Reading : uint8_t {
    smart,    ///< as java.time: the 31st of a shorter month is its last day, 24:00 the next midnight
    lenient,  ///< as SimpleDateFormat: what is past its end goes on into what follows, text behind is left out
  };
  /// Local microseconds. Nothing if the text does not follow the pattern.
  std::optional<int64_t> read(std::string_view text, Reading reading) const;

 private:
  struct Part {
    char letter = 0;  ///< 0: literal text
    int width = 0;
    std::string literal;
  };
  std::vector<Part> parts_;
};

}  // namespace azud::stream
