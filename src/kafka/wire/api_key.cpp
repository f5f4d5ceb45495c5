#include "kafka/wire/api_key.h"

#include "kafka/wire/message/all_requests.h"

namespace azud::kafka {

std::string_view to_string(ApiKey key) {
  constexpr std::string_view suffix = "Request";
  std::string_view name = "unknown";
  for_each_request(AllRequests{}, [&]<class Request>() {
    if (Request::info.key == key) name = Request::info.name.substr(0, Request::info.name.size() - suffix.size());
  });
  return name;
}

}  // namespace azud::kafka
