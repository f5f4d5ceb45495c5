#include "io/net/chunk_decoder.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

/// What the body of `bytes` is when they come in pieces of `step`: the body and what is left, or what went wrong.
std::string decoded(std::string_view bytes, std::size_t step, std::size_t body_bytes_max = 100) {
  ChunkDecoder decoder;
  decoder.begin(body_bytes_max);
  std::string body;
  while (!bytes.empty()) {
    ByteView piece = bytes.substr(0, step);
    const std::size_t before = piece.size();
    const auto outcome = decoder.decode(piece, body);
    bytes.remove_prefix(before - piece.size());
    if (outcome == ChunkDecoder::Outcome::done) return body + "|" + std::string(bytes);
    if (outcome == ChunkDecoder::Outcome::malformed) return "malformed";
    if (outcome == ChunkDecoder::Outcome::too_large) return "too large";
  }
  return "need more";
}

TEST(ChunkDecoder, reads_bodies_however_they_are_cut) {
  for (const std::size_t step : {1u, 2u, 3u, 5u, 100u}) {
    EXPECT_EQ(decoded("0\r\n\r\nrest", step), "|rest");
    EXPECT_EQ(decoded("3\r\nabc\r\n0\r\n\r\n", step), "abc|");
    EXPECT_EQ(decoded("00A;x=\"1\"\r\n0123456789\r\n1 \r\n\n\r\n0;y\r\nTrailer: 1\r\nOther: 2\r\n\r\nGET", step),
              "0123456789\n|GET");
    EXPECT_EQ(decoded("3\r\nabc\r\n0\r\nTrailer: 1\r\n", step), "need more");
  }
}

TEST(ChunkDecoder, refuses_what_is_malformed_or_too_large) {
  for (const std::size_t step : {1u, 100u}) {
    for (const char* bad : {"\r\n", "x\r\n", ";\r\n", "-1\r\n", "3\nabc", "3\r\nabcd\r\n", "3\r\nabc\n", "3\rabc",
                            "0\r\n\n", "0\r\na\n\r\n", "3;a\nabc", "0x3\r\nabc\r\n0\r\n\r\n"}) {
      EXPECT_EQ(decoded(bad, step), "malformed") << bad;
    }
    EXPECT_EQ(decoded("65\r\n", step), "too large");
    EXPECT_EQ(decoded("ffffffffffffffffffffffff\r\n", step), "too large");
    EXPECT_EQ(decoded("32\r\n" + std::string(50, 'a') + "\r\n33\r\n", step), "too large");
    EXPECT_EQ(decoded("0\r\n" + std::string(20'000, 'a'), step), "malformed");
    EXPECT_EQ(decoded(std::string(20'000, '0'), step), "malformed");
  }
}

}  // namespace
}  // namespace azud::io
