#include "kafka/broker/api/api_versions.h"

#include <algorithm>

#include "kafka/broker/api/handle.h"

namespace azud::kafka {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// KIP-511: letters, digits, dots and hyphens, the first and the last a letter or digit.
bool is_software_text(const std::string& text) {
  return !text.empty() && is_letter_or_digit(text.front()) && is_letter_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; });
}

}  // namespace

ApiVersionsResponse api_versions() {
  ApiVersionsResponse response;
  for (const HandlerRow& row : handler_table()) {
    response.api_keys.push_back({static_cast<int16_t>(row.key), row.advertised_first, row.served.last});
  }
  return response;
}

void handle(const BrokerPtr&, Exchange<ApiVersionsRequest> exchange) {
  const auto& request = exchange.request;
  if (exchange.version() >= 3 &&
      !(is_software_text(request.client_software_name) && is_software_text(request.client_software_version))) {
    ApiVersionsResponse response;
    response.error_code = ErrorCode::invalid_request;
    return exchange.answer(response);
  }
  exchange.answer(api_versions());
}

}  // namespace azud::kafka
