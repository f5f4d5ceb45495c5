// HTTP requests from a hostile client. The first byte seeds the sizes of the pieces in which the rest arrives. Nothing
// may crash; limits hold; and however the bytes are cut, the requests and the refusal must be the same.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "io/net/http_request_reader.h"

namespace azud::io {
namespace {

constexpr std::size_t head_bytes_max = 512;
constexpr std::size_t body_bytes_max = 1024;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string describe(const HttpRequest& request) {
  std::string text(to_string(request.method()));
  text += fmt::format(" {} {}", request.target(), request.path());
  for (const auto segment : request.segments()) text += fmt::format("/{}", segment);
  for (const FormField& field : request.query()) text += fmt::format("&{}={}", field.name, field.value);
  for (const HttpHeader& header : request.headers()) text += fmt::format("\n{}: {}", header.name, header.value);
  text += fmt::format("\n\n{}\n", request.body());
  require(request.body().size() <= body_bytes_max);
  return text;
}

/// All that is understood of `bytes` when they come in pieces of 1 to `step_max` bytes.
std::string read_all(ByteView bytes, std::size_t step_max, uint32_t seed) {
  HttpRequestReader reader(head_bytes_max, body_bytes_max);
  std::string understood;
  while (!bytes.empty()) {
    seed = seed * 1664525 + 1013904223;
    const std::size_t step = std::min<std::size_t>(bytes.size(), 1 + (seed >> 16) % step_max);
    SharedBytes piece = SharedBytes::own(std::string(bytes.substr(0, step)));
    bytes.remove_prefix(step);
    while (!piece.empty()) {
      const SharedBytes block = piece;
      const auto outcome = reader.read(piece);
      if (outcome == HttpRequestReader::Outcome::refused) {
        require(reader.refusal().status >= 400 && !reader.refusal().message.empty());
        return understood + "refused";
      }
      if (outcome == HttpRequestReader::Outcome::request) understood += describe(reader.request());
    }
  }
  return understood;
}

}  // namespace
}  // namespace azud::io

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace azud::io;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = read_all(bytes, bytes.size() + 1, 0);
  const std::string cut = read_all(bytes, 1 + data[0] % 40, data[0]);
  // In pieces, a broken head may be noticed before its end is there, or its end may never come: one is the other's
  // beginning then.
  require(whole.starts_with(cut) || cut.starts_with(whole));
  return 0;
}
