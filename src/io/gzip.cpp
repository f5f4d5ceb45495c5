#include "io/gzip.h"

#include <algorithm>

#include <zlib.h>

#include "base/assert.h"

namespace azud::io {
namespace {

constexpr int window_bits_auto = 15 + 32;  // gzip or zlib, by what the data says
constexpr int window_bits_gzip = 15 + 16;

Bytef* writable(ByteView bytes) { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); }

}  // namespace

Result<std::string> gunzip(ByteView packed, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits_auto) != Z_OK) return fail(Code::internal, "zlib does not start");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  stream.next_in = writable(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  while (true) {
    // One byte more than allowed, to tell "just fits" from "too much".
    const std::size_t step = std::min(bytes_max + 1 - out.size(), std::max<std::size_t>(16 << 10, packed.size() * 2));
    const std::size_t before = out.size();
    out.resize(before + step);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(step);
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + step - stream.avail_out);
    if (out.size() > bytes_max) return fail(Code::storage_full, "unpacked it is larger than {} bytes", bytes_max);
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      if (inflateReset(&stream) != Z_OK) return fail(Code::internal, "zlib does not start again");
    } else if (status != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0)) {
      return fail(Code::invalid, "not valid gzip data: {}", stream.msg ? stream.msg : "it ends too early");
    }
  }
}

std::string gzip(ByteView bytes) {
  z_stream stream{};
  const int started = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits_gzip, 8, Z_DEFAULT_STRATEGY);
  AZUD_ASSERT(started == Z_OK, "zlib starts");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = writable(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  AZUD_ASSERT(status == Z_STREAM_END, "the bound of zlib holds");
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace azud::io
