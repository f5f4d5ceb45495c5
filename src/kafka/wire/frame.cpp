#include "kafka/wire/frame.h"

namespace azud::kafka {

void skip_tagged_fields(Reader& in) {
  const uint32_t count = in.take_varint();
  for (uint32_t i = 0; i < count && !in.failed(); ++i) {
    in.take_varint();
    in.take_view(in.take_varint());
  }
}

Result<RequestHeader> read_header_start(Reader& in) {
  RequestHeader header;
  header.api_key = in.take_int<int16_t>();
  header.api_version = in.take_int<int16_t>();
  header.correlation_id = in.take_int<int32_t>();
  TRY(in.status("request header"));
  return header;
}

Status read_header_rest(Reader& in, bool flexible, RequestHeader& header) {
  const int32_t size = in.take_short_length(false);
  if (size >= 0) header.client_id = in.take_view(static_cast<std::size_t>(size));
  if (flexible) skip_tagged_fields(in);
  return in.status("request header");
}

void write_request_header(const RequestHeader& header, bool flexible, Writer& out) {
  out.put_int(header.api_key);
  out.put_int(header.api_version);
  out.put_int(header.correlation_id);
  if (header.client_id) {
    out.put_int(static_cast<int16_t>(header.client_id->size()));
    out.put_bytes(*header.client_id);
  } else {
    out.put_int(int16_t{-1});
  }
  if (flexible) out.put_varint(0);
}

}  // namespace azud::kafka
