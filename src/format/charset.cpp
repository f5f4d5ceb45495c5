#include "format/charset.h"

#include <array>
#include <cctype>
#include <cerrno>

#include <iconv.h>

namespace azud::format {
namespace {

/// Closes an iconv descriptor.
class Converter {
 public:
  Converter(const char* to, const char* from) : handle_(::iconv_open(to, from)) {}
  ~Converter() {
    if (ok()) ::iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  // NOLINTNEXTLINE: iconv_open's error value is a pointer made of -1
  bool ok() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  /// Converts all of `in`; where iconv stops, `replacement` stands for one character (or byte) of it.
  template <class Skip>
  void convert(std::string& out, std::string_view in, std::string_view replacement, Skip bytes_to_skip) {
    ::iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    char* from = const_cast<char*>(in.data());  // NOLINT: iconv does not write there
    std::size_t left = in.size();
    while (left > 0) {
      std::array<char, 512> buffer;
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t result = ::iconv(handle_, &from, &left, &to, &room);
      const int error = errno;
      out.append(buffer.data(), to);
      if (result != static_cast<std::size_t>(-1) || error == E2BIG) continue;
      out += replacement;
      const std::size_t skip = std::min(left, bytes_to_skip(std::string_view(from, left)));
      from += skip;
      left -= skip;
    }
  }

 private:
  iconv_t handle_;
};

std::size_t utf8_length(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) ++n;
  return n;
}

class IconvCharset final : public Charset {
 public:
  explicit IconvCharset(const std::string& name, bool wide)
      : wide_(wide),
        mark_(name == "UTF-16"),
        read_("UTF-8", name.c_str()),
        write_(mark_ ? "UTF-16BE" : name.c_str(), "UTF-8") {}
  bool ok() const { return read_.ok() && write_.ok(); }

  void append_utf8(std::string& out, std::string_view bytes) override {
    // Java reads UTF-16 without a mark as big-endian.
    std::string marked;
    if (mark_ && !bytes.starts_with("\xFE\xFF") && !bytes.starts_with("\xFF\xFE"))
      bytes = marked.append("\xFE\xFF").append(bytes);
    read_.convert(out, bytes, "\xEF\xBF\xBD", [this](std::string_view) -> std::size_t { return wide_ ? 2 : 1; });
  }
  void append_bytes(std::string& out, std::string_view utf8) override {
    if (mark_ && !utf8.empty()) out += "\xFE\xFF";
    write_.convert(out, utf8, wide_ ? std::string_view("\0?", 2) : "?", utf8_length);
  }

 private:
  bool wide_;
  bool mark_;
  Converter read_;
  Converter write_;
};

}  // namespace

Result<std::unique_ptr<Charset>> Charset::find(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (upper == "UTF-8" || upper == "UTF8") return nullptr;
  auto charset = std::make_unique<IconvCharset>(upper, upper.starts_with("UTF-16"));
  if (!charset->ok()) return fail(Code::invalid, "Unsupported 'raw.charset' name: {}", name);
  return charset;
}

}  // namespace azud::format
