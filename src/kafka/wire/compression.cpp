#include "kafka/wire/compression.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "base/assert.h"
#include "base/endian.h"

namespace azud::kafka {
namespace {

constexpr std::array<std::string_view, 5> codec_names{"none", "gzip", "snappy", "lz4", "zstd"};

std::unexpected<Error> too_large(Codec codec, std::size_t bytes_max) {
  return fail(Code::invalid, "{} batch unpacks to more than {} bytes", to_string(codec), bytes_max);
}
std::unexpected<Error> broken(Codec codec, std::string_view why) {
  return fail(Code::corrupt, "{} batch does not unpack: {}", to_string(codec), why);
}

/// The buffer of a streaming decoder: grows by doubling up to one byte past the limit, so that "exactly the limit" and
/// "more" can be told apart.
class Growing {
 public:
  Growing(std::string& out, std::size_t packed, std::size_t bytes_max) : out_(out), bytes_max_(bytes_max) {
    const std::size_t guess = std::max<std::size_t>(4096, packed * 4);
    out_.resize(std::min(std::max(guess, out_.capacity()), bytes_max_ + 1));
  }
  char* free_begin() { return out_.data() + used_; }
  std::size_t free_size() const { return out_.size() - used_; }
  void advance(std::size_t bytes) { used_ += bytes; }
  bool over() const { return used_ > bytes_max_; }
  /// Makes room when full; call only while not over().
  void make_room() {
    if (free_size() == 0) out_.resize(std::min(out_.size() * 2, bytes_max_ + 1));
  }
  void finish() { out_.resize(used_); }

 private:
  std::string& out_;
  std::size_t bytes_max_;
  std::size_t used_ = 0;
};

// --- gzip

void gzip_compress(ByteView bytes, std::string& out) {
  z_stream stream{};
  int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  AZUD_ASSERT(code == Z_OK, "zlib ran out of memory");
  const std::size_t before = out.size();
  out.resize(before + deflateBound(&stream, bytes.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
  stream.avail_out = static_cast<uInt>(out.size() - before);
  code = deflate(&stream, Z_FINISH);
  AZUD_ASSERT(code == Z_STREAM_END, "deflateBound was too small");
  out.resize(before + stream.total_out);
  deflateEnd(&stream);
}

Status gzip_decompress(ByteView bytes, std::size_t bytes_max, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return fail(Code::unavailable, "zlib ran out of memory");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  Growing room(out, bytes.size(), bytes_max);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  for (;;) {
    room.make_room();
    stream.next_out = reinterpret_cast<Bytef*>(room.free_begin());
    const auto offered = static_cast<uInt>(std::min<std::size_t>(room.free_size(), 1U << 30));
    stream.avail_out = offered;
    const int code = inflate(&stream, Z_NO_FLUSH);
    room.advance(offered - stream.avail_out);
    if (room.over()) return too_large(Codec::gzip, bytes_max);
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (inflateReset(&stream) != Z_OK) return broken(Codec::gzip, "a further member cannot be read");
      continue;
    }
    if (code != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0)) {
      return broken(Codec::gzip, stream.msg != nullptr ? stream.msg : "the data ends early");
    }
  }
  room.finish();
  return {};
}

// --- snappy. Java's framing (xerial): magic, two versions, then blocks with their packed length.

constexpr ByteView xerial_magic{"\x82SNAPPY\0", 8};
constexpr std::size_t xerial_header_bytes = 16;
constexpr std::size_t xerial_block_bytes = 32UL << 10;

void snappy_compress(ByteView bytes, std::string& out) {
  out.append(xerial_magic);
  append_big<int32_t>(out, 1);
  append_big<int32_t>(out, 1);
  while (!bytes.empty()) {
    const ByteView block = bytes.substr(0, xerial_block_bytes);
    bytes.remove_prefix(block.size());
    const std::size_t at = out.size();
    out.resize(at + 4 + snappy::MaxCompressedLength(block.size()));
    std::size_t packed = 0;
    snappy::RawCompress(block.data(), block.size(), out.data() + at + 4, &packed);
    store_big(out.data() + at, static_cast<int32_t>(packed));
    out.resize(at + 4 + packed);
  }
}

Status snappy_append_block(ByteView block, std::size_t bytes_max, std::string& out) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &size)) return broken(Codec::snappy, "no length");
  if (size > bytes_max - out.size()) return too_large(Codec::snappy, bytes_max);
  // The densest snappy element makes 64 bytes of 3: a larger claim is a lie, and is refused before memory is taken.
  if (size / 32 > block.size()) return broken(Codec::snappy, "it claims more than it can hold");
  const std::size_t at = out.size();
  out.resize(at + size);
  if (!snappy::RawUncompress(block.data(), block.size(), out.data() + at)) return broken(Codec::snappy, "bad block");
  return {};
}

Status snappy_decompress(ByteView bytes, std::size_t bytes_max, std::string& out) {
  out.clear();
  if (!bytes.starts_with(xerial_magic)) return snappy_append_block(bytes, bytes_max, out);
  if (bytes.size() < xerial_header_bytes) return broken(Codec::snappy, "the framing ends early");
  bytes.remove_prefix(xerial_header_bytes);
  while (!bytes.empty()) {
    if (bytes.size() < 4) return broken(Codec::snappy, "the framing ends early");
    const auto packed = load_big<uint32_t>(bytes.data());
    bytes.remove_prefix(4);
    if (packed > bytes.size()) return broken(Codec::snappy, "a block ends early");
    TRY(snappy_append_block(bytes.substr(0, packed), bytes_max, out));
    bytes.remove_prefix(packed);
  }
  return {};
}

// --- lz4

void lz4_compress(ByteView bytes, std::string& out) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  const std::size_t before = out.size();
  out.resize(before + LZ4F_compressFrameBound(bytes.size(), &preferences));
  const std::size_t packed =
      LZ4F_compressFrame(out.data() + before, out.size() - before, bytes.data(), bytes.size(), &preferences);
  AZUD_ASSERT(!LZ4F_isError(packed), "LZ4F_compressFrameBound was too small");
  out.resize(before + packed);
}

struct Lz4Context {
  LZ4F_dctx* context = nullptr;
  Lz4Context() { LZ4F_createDecompressionContext(&context, LZ4F_VERSION); }
  ~Lz4Context() { LZ4F_freeDecompressionContext(context); }
  Lz4Context(const Lz4Context&) = delete;
  Lz4Context& operator=(const Lz4Context&) = delete;
};

Status lz4_decompress(ByteView bytes, std::size_t bytes_max, std::string& out) {
  thread_local const Lz4Context own;
  if (own.context == nullptr) return fail(Code::unavailable, "lz4 ran out of memory");
  LZ4F_resetDecompressionContext(own.context);
  Growing room(out, bytes.size(), bytes_max);
  std::size_t hint = 1;
  while (!bytes.empty() || hint != 0) {
    room.make_room();
    std::size_t produced = room.free_size();
    std::size_t consumed = bytes.size();
    hint = LZ4F_decompress(own.context, room.free_begin(), &produced, bytes.data(), &consumed, nullptr);
    if (LZ4F_isError(hint)) return broken(Codec::lz4, LZ4F_getErrorName(hint));
    room.advance(produced);
    bytes.remove_prefix(consumed);
    if (room.over()) return too_large(Codec::lz4, bytes_max);
    if (produced == 0 && consumed == 0 && room.free_size() > 0) return broken(Codec::lz4, "the data ends early");
  }
  room.finish();
  return {};
}

// --- zstd: contexts are large, so each thread keeps its own.

void zstd_compress(ByteView bytes, std::string& out) {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  AZUD_ASSERT(context != nullptr, "zstd ran out of memory");
  const std::size_t before = out.size();
  out.resize(before + ZSTD_compressBound(bytes.size()));
  const std::size_t packed = ZSTD_compressCCtx(context.get(), out.data() + before, out.size() - before, bytes.data(),
                                               bytes.size(), ZSTD_CLEVEL_DEFAULT);
  AZUD_ASSERT(ZSTD_isError(packed) == 0, "ZSTD_compressBound was too small");
  out.resize(before + packed);
}

/// The largest window, as a power of two, that a frame may ask us to keep (8 MiB, zstd's own advice for decoders).
constexpr int zstd_window_log_max = 23;

Status zstd_decompress(ByteView bytes, std::size_t bytes_max, std::string& out) {
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (context == nullptr) return fail(Code::unavailable, "zstd ran out of memory");
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, zstd_window_log_max);
  Growing room(out, bytes.size(), bytes_max);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t hint = 1;
  while (in.pos < in.size || hint != 0) {
    room.make_room();
    ZSTD_outBuffer space{room.free_begin(), room.free_size(), 0};
    const std::size_t before = in.pos;
    hint = ZSTD_decompressStream(context.get(), &space, &in);
    if (ZSTD_isError(hint) != 0) return broken(Codec::zstd, ZSTD_getErrorName(hint));
    room.advance(space.pos);
    if (room.over()) return too_large(Codec::zstd, bytes_max);
    if (space.pos == 0 && in.pos == before && room.free_size() > 0) return broken(Codec::zstd, "the data ends early");
  }
  room.finish();
  return {};
}

}  // namespace

std::string_view to_string(Codec codec) {
  const auto index = static_cast<std::size_t>(codec);
  return index < codec_names.size() ? codec_names[index] : "unknown";
}

void compress(Codec codec, ByteView bytes, std::string& out) {
  AZUD_ASSERT(bytes.size() <= std::numeric_limits<int32_t>::max(), "a batch is at most 2 GiB");
  switch (codec) {
    case Codec::none: out.append(bytes); return;
    case Codec::gzip: return gzip_compress(bytes, out);
    case Codec::snappy: return snappy_compress(bytes, out);
    case Codec::lz4: return lz4_compress(bytes, out);
    case Codec::zstd: return zstd_compress(bytes, out);
  }
  AZUD_ASSERT(false, "a codec that does not exist");
}

Status decompress(Codec codec, ByteView bytes, std::size_t bytes_max, std::string& out) {
  if (bytes.size() > std::numeric_limits<int32_t>::max()) return too_large(codec, bytes_max);
  switch (codec) {
    case Codec::none:
      if (bytes.size() > bytes_max) return too_large(codec, bytes_max);
      out.assign(bytes);
      return {};
    case Codec::gzip: return gzip_decompress(bytes, bytes_max, out);
    case Codec::snappy: return snappy_decompress(bytes, bytes_max, out);
    case Codec::lz4: return lz4_decompress(bytes, bytes_max, out);
    case Codec::zstd: return zstd_decompress(bytes, bytes_max, out);
  }
  return fail(Code::unsupported, "batch is compressed with an unknown codec: {}", static_cast<int>(codec));
}

}  // namespace azud::kafka
