#pragma once

#include <array>
#include <string>
#include <string_view>

#include "format/csv_options.h"

namespace azud::format {

/// Cuts the first row of a message into its fields, unquoted. What follows the row's end is not looked at.
class CsvScanner {
 public:
  explicit CsvScanner(const CsvOptions& options);

  /// False if there is no row: nothing, or comments only.
  bool start(std::string_view message);

  enum class Next : uint8_t {
    field,
    end,                ///< the row has no more fields
    unclosed_quote,     ///< the message ends inside quotes
    text_after_quote,   ///< something stands between a closing quote and the delimiter
    unfinished_escape,  ///< the message ends behind the escape character
  };
  /// `field` is valid until the next call; it points into the message unless quotes or escapes had to be taken out.
  Next next(std::string_view& field);
  /// Whether the last field points into the message.
  bool in_message() const { return in_message_; }
  /// Whether a byte of the fields so far was not ASCII.
  bool saw_non_ascii() const { return (seen_ & 0x80) != 0; }

 private:
  bool is_delimiter(const char* at) const;
  Next quoted(std::string_view& field);
  Next plain(std::string_view& field);
  Next escaped_plain(const char* from, std::string_view& field);
  bool after_field();
  static char unescaped(char c);

  std::string delimiter_;
  char quote_;
  char escape_;
  bool trim_spaces_;
  bool allow_comments_;
  std::array<bool, 256> stops_{};  ///< bytes that may end a plain field

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  bool more_ = false;  ///< a field follows, an empty one perhaps
  bool in_message_ = true;
  unsigned char seen_ = 0;
  std::string scratch_;
};

}  // namespace azud::format
