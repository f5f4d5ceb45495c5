// Kafka frames from a hostile peer: the first byte chooses between a request with its header, an answer and a record
// batch. Nothing may crash, and what decodes must come back the same after encoding.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/crc.h"
#include "kafka/wire/batch_validator.h"
#include "kafka/wire/frame.h"
#include "kafka/wire/message/all_requests.h"
#include "kafka/wire/text.h"

namespace azud::kafka {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

template <class M>
void try_message(Reader& in, int16_t version) {
  const Result<M> message = decode<M>(in, version);
  if (!message) return;
  Writer out;
  encode(*message, version, out);
  std::string bytes;
  for (const SharedBytes& piece : out.finish()) bytes.append(piece.view());
  require(bytes.size() == encoded_size(*message, version));
  Reader again(SharedBytes::own(std::move(bytes)));
  const Result<M> back = decode<M>(again, version);
  require(back.has_value() && again.at_end());
  require(to_text(*back, version, BytesAs::base64) == to_text(*message, version, BytesAs::base64));
}

/// Calls `f.template operator()<Request>()` for the request with `key`, if its version is described.
template <class F>
void with_request(int16_t key, int16_t version, F&& f) {
  for_each_request(AllRequests{}, [&]<class Request>() {
    if (static_cast<int16_t>(Request::info.key) == key && Request::info.versions.has(version)) {
      f.template operator()<Request>();
    }
  });
}

void try_request(const SharedBytes& frame) {
  Reader in(frame);
  Result<RequestHeader> header = read_header_start(in);
  if (!header) return;
  with_request(header->api_key, header->api_version, [&]<class Request>() {
    if (!read_header_rest(in, header->api_version >= Request::info.flexible_since, *header)) return;
    try_message<Request>(in, header->api_version);
  });
}

void try_response(const SharedBytes& frame) {
  Reader in(frame);
  const auto key = in.take_int<int16_t>();
  const auto version = in.take_int<int16_t>();
  with_request(key, version, [&]<class Request>() { try_message<typename Request::Response>(in, version); });
}

void try_batch(ByteView bytes) {
  std::string batch(bytes);
  if (const auto view = BatchView::parse(batch)) {
    const ByteView covered = ByteView(batch).substr(batch_field::attributes, view->size() - batch_field::attributes);
    store_big(batch.data() + batch_field::crc, crc32c(covered));
  }
  BatchValidator validator;
  (void)validator.check(batch, {.unpacked_bytes_max = 1 << 20});
}

}  // namespace
}  // namespace azud::kafka

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace azud;
  if (size == 0) return 0;
  const ByteView rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: kafka::try_request(SharedBytes::own(std::string(rest))); break;
    case 1: kafka::try_response(SharedBytes::own(std::string(rest))); break;
    default: kafka::try_batch(rest); break;
  }
  return 0;
}
