#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "kafka/wire/decode.h"
#include "kafka/wire/encode.h"
#include "kafka/wire/field.h"
#include "kafka/wire/reader.h"
#include "kafka/wire/writer.h"

namespace azud::kafka {

/// What stands before every request.
struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string> client_id;

  ApiKey key() const { return static_cast<ApiKey>(api_key); }
};

/// The three fields that every request header begins with, whatever its key and version.
Result<RequestHeader> read_header_start(Reader& in);
/// The rest of it: the client id (a plain string in every version) and, in the flexible form, tagged fields, which are
/// skipped.
Status read_header_rest(Reader& in, bool flexible, RequestHeader& header);

void write_request_header(const RequestHeader& header, bool flexible, Writer& out);

/// The answers of ApiVersions have the plain header in every version: the client does not know yet what we speak.
template <Message M>
bool has_flexible_response_header(int16_t version) {
  return M::info.key != ApiKey::api_versions && version >= M::info.flexible_since;
}

/// An answer, ready for a socket but for the length in front.
template <Message M>
std::vector<SharedBytes> encode_response(int32_t correlation_id, int16_t version, const M& message) {
  SizeCounter counter;
  Encoder<SizeCounter>(counter, version, version >= M::info.flexible_since).put_structure(message);
  Writer out(counter.size_without_records() + 5);
  out.put_int(correlation_id);
  if (has_flexible_response_header<M>(version)) out.put_varint(0);
  encode(message, version, out);
  return out.finish();
}

/// A request, likewise; its key and version are `M`'s and `version`, whatever `header` says.
template <Message M>
std::vector<SharedBytes> encode_request(RequestHeader header, int16_t version, const M& message) {
  header.api_key = static_cast<int16_t>(M::info.key);
  header.api_version = version;
  Writer out(encoded_size(message, version) + 64);
  write_request_header(header, version >= M::info.flexible_since, out);
  encode(message, version, out);
  return out.finish();
}

template <Message M>
struct Response {
  int32_t correlation_id;
  M body;
};

/// Reads a whole answer without its length, as a client does.
template <Message M>
Result<Response<M>> decode_response(SharedBytes frame, int16_t version) {
  Reader in(std::move(frame));
  const auto correlation_id = in.take_int<int32_t>();
  if (has_flexible_response_header<M>(version)) skip_tagged_fields(in);
  TRY_ASSIGN(M body, decode<M>(in, version));
  return Response<M>{correlation_id, std::move(body)};
}

}  // namespace azud::kafka
