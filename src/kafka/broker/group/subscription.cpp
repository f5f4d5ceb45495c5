#include "kafka/broker/group/subscription.h"

#include "kafka/wire/decode.h"

namespace azud::kafka {
namespace {

/// The beginning of a subscription, the same in all its versions.
struct Subscription {
  int16_t version = 0;
  std::vector<std::string> topics;

  static void visit(auto& m, auto& v) {
    v.field("version", m.version);
    v.field("topics", m.topics);
  }
};

}  // namespace

std::optional<std::vector<std::string>> subscribed_topics(const SharedBytes& metadata) {
  Reader in(metadata);
  Subscription subscription;
  Decoder(in, 0, false).take_structure(subscription);
  if (in.failed()) return std::nullopt;
  return std::move(subscription.topics);
}

}  // namespace azud::kafka
