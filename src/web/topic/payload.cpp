#include "web/topic/payload.h"

#include <simdjson.h>

#include "base/base64.h"

namespace azud::web {

namespace {

bool is_json_document(ByteView bytes) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == ByteView::npos || (bytes[first] != '{' && bytes[first] != '[')) return false;
  thread_local simdjson::dom::parser parser;
  return parser.parse(bytes.data(), bytes.size()).error() == simdjson::SUCCESS;
}

/// Text whose control characters a screen can take.
bool is_text(ByteView bytes) {
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  }
  return is_utf8(bytes);
}

/// At most `bytes_max` bytes that do not end within a character.
ByteView cut_text(ByteView bytes, std::size_t bytes_max) {
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(bytes[end]) & 0xC0) == 0x80) --end;
  return bytes.substr(0, end);
}

}  // namespace

bool is_utf8(ByteView bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

std::string base64(ByteView bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

Json payload_json(std::optional<ByteView> bytes, std::size_t bytes_max) {
  if (!bytes) return nullptr;
  const bool cut = bytes->size() > bytes_max;
  Json out;
  if (is_text(*bytes)) {
    out["as"] = !cut && is_json_document(*bytes) ? "json" : "text";
    out["data"] = cut ? cut_text(*bytes, bytes_max) : *bytes;
  } else {
    out["as"] = "base64";
    out["data"] = base64(bytes->substr(0, bytes_max));
  }
  if (cut) out["cut"] = bytes->size();
  return out;
}

Json record_json(log::PartitionId partition, const kafka::RecordView& record, std::size_t bytes_max) {
  Json headers = Json::array();
  kafka::HeaderReader reader(record);
  for (kafka::HeaderView header; reader.next(header);) {
    headers.push_back({{"key", header.key}, {"value", payload_json(header.value, bytes_max)}});
  }
  const std::size_t bytes =
      (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0) + record.headers.size();
  return {{"partition", partition.value()},
          {"offset", record.offset},
          {"timestamp", record.timestamp},
          {"key", payload_json(record.key, bytes_max)},
          {"value", payload_json(record.value, bytes_max)},
          {"headers", std::move(headers)},
          {"bytes", bytes}};
}

}  // namespace azud::web
