#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "kafka/wire/record_reader.h"
#include "log/ids.h"
#include "web/json.h"

namespace azud::web {

inline constexpr std::size_t payload_bytes_shown = 16 << 10;

/// Bytes of a record for the screen: {"as":"json"|"text"|"base64","data","cut"}, null for null (docs/web-api.md, 2.4).
Json payload_json(std::optional<ByteView> bytes, std::size_t bytes_max = payload_bytes_shown);

Json record_json(log::PartitionId partition, const kafka::RecordView& record,
                 std::size_t bytes_max = payload_bytes_shown);

bool is_utf8(ByteView bytes);
std::string base64(ByteView bytes);

}  // namespace azud::web
