#include "kafka/wire/compression.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include "kafka/wire/testing/hex.h"

namespace azud::kafka {
namespace {

constexpr Codec packing_codecs[] = {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};

std::string noise(std::size_t size) {
  std::string text;
  uint32_t state = 1;
  while (text.size() < size) {
    state = state * 1664525 + 1013904223;
    text.push_back(static_cast<char>(state >> 24));
  }
  return text;
}

TEST(Compression, every_codec_gives_back_what_it_took) {
  for (const Codec codec : packing_codecs) {
    for (const std::string& text : {std::string(), std::string("a"), std::string(300'000, 'x'), noise(100'000)}) {
      std::string packed = "before";
      compress(codec, text, packed);
      ASSERT_TRUE(packed.starts_with("before"));
      std::string unpacked = "old";
      const Status done = decompress(codec, ByteView(packed).substr(6), text.size(), unpacked);
      ASSERT_TRUE(done) << to_string(codec) << ": " << done.error().message();
      EXPECT_EQ(unpacked, text) << to_string(codec);
    }
  }
}

TEST(Compression, the_limit_is_exact) {
  const std::string text(100'000, 'x');
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    std::string packed;
    compress(codec, text, packed);
    std::string unpacked;
    EXPECT_TRUE(decompress(codec, packed, text.size(), unpacked)) << to_string(codec);
    const Status refused = decompress(codec, packed, text.size() - 1, unpacked);
    ASSERT_FALSE(refused) << to_string(codec);
    EXPECT_EQ(refused.error().code(), Code::invalid) << to_string(codec);
  }
}

TEST(Compression, cut_or_changed_bytes_are_an_error_or_other_text_and_never_a_crash) {
  const std::string text = noise(3000) + std::string(3000, 'y');
  for (const Codec codec : packing_codecs) {
    std::string packed;
    compress(codec, text, packed);
    std::string unpacked;
    for (std::size_t size = 0; size < packed.size(); ++size) {
      const Status done = decompress(codec, ByteView(packed).substr(0, size), 1 << 20, unpacked);
      EXPECT_TRUE(!done || unpacked != text) << to_string(codec) << " at " << size;
    }
    for (std::size_t at = 0; at < packed.size(); at += 7) {
      std::string changed = packed;
      changed[at] = static_cast<char>(changed[at] ^ 0x55);
      (void)decompress(codec, changed, 1 << 20, unpacked);
    }
  }
}

TEST(Compression, snappy_is_taken_without_framing_as_librdkafka_sends_it) {
  std::string packed;
  const std::string text = "plain snappy, plain snappy, plain snappy";
  snappy::Compress(text.data(), text.size(), &packed);
  std::string unpacked;
  ASSERT_TRUE(decompress(Codec::snappy, packed, 1000, unpacked));
  EXPECT_EQ(unpacked, text);
}

TEST(Compression, a_snappy_block_that_claims_gigabytes_is_refused_before_memory_is_taken) {
  std::string unpacked;
  const Status done = decompress(Codec::snappy, from_hex("ffffffff0f00"), std::size_t{1} << 33, unpacked);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::corrupt);
}

TEST(Compression, gzip_takes_several_members) {
  std::string packed;
  compress(Codec::gzip, "one ", packed);
  compress(Codec::gzip, "two", packed);
  std::string unpacked;
  ASSERT_TRUE(decompress(Codec::gzip, packed, 100, unpacked));
  EXPECT_EQ(unpacked, "one two");
}

}  // namespace
}  // namespace azud::kafka
