#include "connect/http/consumer_routes.h"

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json_depth.h"
#include "base/json_string.h"
#include "base/parse_number.h"
#include "connect/http/consumer_session.h"
#include "connect/http/error_response.h"
#include "connect/http/pixy_prefixes.h"

namespace azud::connect {

using io::HttpMethod;
using io::HttpRequest;
using io::HttpResponder;
using io::HttpResponse;
using io::json_error;

namespace {

/// As Kafka's offset.metadata.max.bytes.
constexpr std::size_t metadata_bytes_max = 4096;

void append_base64_string(std::string& out, std::string_view bytes) {
  out += '"';
  append_base64(out, bytes);
  out += '"';
}

HttpResponse message_response(const GroupReader::Message& message) {
  std::string body = R"({"key":)";
  if (message.key) {
    append_base64_string(body, *message.key);
  } else {
    body += "null";
  }
  body += R"(,"value":)";
  append_base64_string(body, message.value);
  body += fmt::format(R"(,"partition":{},"offset":{},"headers":[)", message.partition, message.offset);
  for (const auto& [key, value] : message.headers) {
    if (body.back() == '}') body += ',';
    body += R"({"key":)";
    append_json_string(body, key);
    body += R"(,"value":)";
    append_base64_string(body, value);
    body += '}';
  }
  body += "]}";
  return HttpResponse::json(std::move(body));
}

std::optional<int64_t> number_of(std::optional<std::string_view> text) {
  return text ? parse_number<int64_t>(*text) : std::nullopt;
}

/// An acknowledged message as partition and offset.
struct Acknowledgement {
  int32_t partition;
  int64_t offset;
};

std::expected<Acknowledgement, HttpResponse> acknowledgement_of(const HttpRequest& request, std::string_view partition,
                                                                std::string_view offset) {
  const auto p = number_of(request.query(partition));
  const auto o = number_of(request.query(offset));
  if (p && o && *p >= 0 && *p <= std::numeric_limits<int32_t>::max())
    return Acknowledgement{static_cast<int32_t>(*p), *o};
  return std::unexpected(json_error(400, fmt::format("{} and {} must be numbers", partition, offset)));
}

}  // namespace

/// A request that waits for a message. All of it runs on one loop, so a message that was taken for it is also sent.
class ConsumerRoutes::Poll : public std::enable_shared_from_this<Poll> {
 public:
  Poll(ConsumerRoutes& routes, std::shared_ptr<Session> session, bool acknowledge, HttpResponder responder)
      : routes_(routes), session_(std::move(session)), acknowledge_(acknowledge), responder_(std::move(responder)) {
    loop_ = session_->polls().fetch_add(1) % routes_.loops_.size();
  }
  ~Poll() { session_->polls().fetch_sub(1); }

  void begin() { post(&Poll::start); }

 private:
  void post(void (Poll::*step)()) {
    routes_.loops_.post_on(loop_, [self = shared_from_this(), step] { ((*self).*step)(); });
  }

  void start() {
    // The timer's share keeps the poll alive.
    timer_ = routes_.loops_.after(std::chrono::milliseconds(routes_.options_.long_poll_ms),
                                  [self = shared_from_this()] { self->post(&Poll::time_out); });
    look();
  }

  void wait() {
    waits_.clear();
    for (const auto& [partition, offset] : session_->waits()) {
      // On the journal's thread: only a word to the loop, and no share of the poll, which owns the wait.
      auto ready = [loops = &routes_.loops_, loop = loop_, weak = weak_from_this()] {
        loops->post_on(loop, [weak] {
          if (const auto self = weak.lock()) self->look();
        });
      };
      waits_.push_back(session_->topic()->partitions[partition]->wait(log::Offset(offset), std::move(ready)));
    }
  }

  void look() {
    if (done_) return;
    const auto message = session_->next(routes_.now_ms(), acknowledge_);
    if (message && !*message) return wait();
    finish(message ? message_response(**message) : error_response(message.error()));
  }

  void time_out() { finish(json_error(408, "no message came in time")); }

  void finish(HttpResponse response) {
    if (std::exchange(done_, true)) return;
    waits_.clear();
    responder_.send(std::move(response));
    const auto self = shared_from_this();
    timer_.cancel();
  }

  ConsumerRoutes& routes_;
  const std::shared_ptr<Session> session_;
  const bool acknowledge_;
  HttpResponder responder_;
  std::size_t loop_ = 0;
  io::Timer timer_;
  std::vector<log::WaitPtr> waits_;
  bool done_ = false;
};

ConsumerRoutes::ConsumerRoutes(log::Log& log, GroupPositions& offsets, const io::Clock& clock, io::EventLoops& loops,
                               ConsumerOptions options)
    : log_(log), offsets_(offsets), clock_(clock), loops_(loops), options_(options) {}

ConsumerRoutes::~ConsumerRoutes() = default;

void ConsumerRoutes::add_to(io::HttpRouter& router) {
  for (const std::string_view prefix : pixy_prefixes) {
    const auto path = [&](std::string_view rest) { return fmt::format("{}/topics/{{topic}}/{}", prefix, rest); };
    router.add(HttpMethod::get, path("messages"), this, &ConsumerRoutes::consume);
    router.add(HttpMethod::post, path("acks"), this, &ConsumerRoutes::acknowledge);
    router.add(HttpMethod::get, path("offsets"), this, &ConsumerRoutes::show_offsets);
    router.add(HttpMethod::post, path("offsets"), this, &ConsumerRoutes::store_offsets);
    router.add(HttpMethod::get, path("consumers"), this, &ConsumerRoutes::show_consumers);
  }
}

std::expected<ConsumerRoutes::Place, HttpResponse> ConsumerRoutes::place_of(const HttpRequest& request) const {
  const std::string_view name = request.path_parameter("topic");
  const auto group = request.query("group");
  if (!group || group->empty()) return std::unexpected(json_error(400, "the query must name a group"));
  const auto topic = log_.find_topic(name);
  if (!topic) return std::unexpected(json_error(404, fmt::format("there is no topic {}", name)));
  return Place{topic, std::string(*group)};
}

std::shared_ptr<ConsumerRoutes::Session> ConsumerRoutes::session_of(const Place& place) {
  const int64_t now = now_ms();
  MutexLock lock(mutex_);
  std::erase_if(sessions_, [&](const auto& each) { return each.second->is_over(now, options_.session_ms); });
  std::pair key(place.group, place.topic->topic->name());
  if (sessions_.size() >= options_.sessions_max && !sessions_.contains(key)) return nullptr;
  auto& session = sessions_[std::move(key)];
  const bool same_topic = session && session->topic()->topic->id() == place.topic->topic->id() &&
                          session->topic()->partitions.size() == place.topic->partitions.size();
  if (!same_topic) {
    std::vector<int64_t> starts;
    for (std::size_t i = 0; i < place.topic->partitions.size(); ++i) {
      const auto stored = offsets_.find(place.group, *place.topic, static_cast<int32_t>(i));
      starts.push_back(stored ? stored->offset : -1);
    }
    session = std::make_shared<Session>(offsets_, place.group, place.topic, starts, options_.reader, now);
  }
  session->touch(now);
  return session;
}

void ConsumerRoutes::consume(const HttpRequest& request, HttpResponder responder) {
  auto place = place_of(request);
  if (!place) return responder.send(std::move(place).error());
  const auto session = session_of(*place);
  if (!session) return responder.send(json_error(429, "too many groups read already"));
  if (request.has_query("ackPartition") || request.has_query("ackOffset")) {
    auto earlier = acknowledgement_of(request, "ackPartition", "ackOffset");
    if (!earlier) return responder.send(std::move(earlier).error());
    session->acknowledge(earlier->partition, earlier->offset);
  }
  const bool acknowledge = !request.has_query("noAck") && !request.has_query("ackPartition");
  const auto message = session->next(now_ms(), acknowledge);
  if (!message) return responder.send(error_response(message.error()));
  if (*message) return responder.send(message_response(**message));
  if (session->polls() >= options_.polls_max) return responder.send(json_error(429, "too many requests wait already"));
  std::make_shared<Poll>(*this, session, acknowledge, std::move(responder))->begin();
}

void ConsumerRoutes::acknowledge(const HttpRequest& request, HttpResponder responder) {
  auto place = place_of(request);
  if (!place) return responder.send(std::move(place).error());
  auto message = acknowledgement_of(request, "partition", "offset");
  if (!message) return responder.send(std::move(message).error());
  const auto session = session_of(*place);
  if (session && session->acknowledge(message->partition, message->offset)) {
    return responder.send(HttpResponse::json("{}"));
  }
  responder.send(json_error(404, fmt::format("the group {} has no unacknowledged message at partition {}, offset {}",
                                             place->group, message->partition, message->offset)));
}

void ConsumerRoutes::show_offsets(const HttpRequest& request, HttpResponder responder) {
  auto place = place_of(request);
  if (!place) return responder.send(std::move(place).error());
  std::string body = "[";
  for (std::size_t i = 0; i < place->topic->partitions.size(); ++i) {
    const int64_t begin = place->topic->partitions[i]->log_start().value();
    const int64_t end = place->topic->partitions[i]->high_watermark().value();
    const auto stored = offsets_.find(place->group, *place->topic, static_cast<int32_t>(i));
    const int64_t offset = stored ? stored->offset : -1;
    if (i > 0) body += ',';
    body += fmt::format(R"({{"partition":{},"begin":{},"end":{},"count":{},"offset":{},"lag":{})", i, begin, end,
                        end - begin, offset, end - std::max(begin, offset));
    if (stored && !stored->metadata.empty()) {
      body += R"(,"metadata":)";
      append_json_string(body, stored->metadata);
    }
    body += '}';
  }
  body += ']';
  responder.send(HttpResponse::json(std::move(body)));
}

void ConsumerRoutes::store_offsets(const HttpRequest& request, HttpResponder responder) {
  auto place = place_of(request);
  if (!place) return responder.send(std::move(place).error());
  const auto body =
      nests_too_deep(request.body()) ? nlohmann::json() : nlohmann::json::parse(request.body(), nullptr, false);
  std::vector<GroupPositions::Position> positions;
  bool valid = body.is_array() && !body.empty();
  for (const auto& each : valid ? body : nlohmann::json::array()) {
    const auto integer = [&](const char* name) {
      const auto found = each.is_object() ? each.find(name) : each.end();
      return found != each.end() && found->is_number_integer() ? found->get<int64_t>() : int64_t{-1};
    };
    const int64_t partition = integer("partition");
    const int64_t offset = integer("offset");
    valid = valid && partition >= 0 && partition < static_cast<int64_t>(place->topic->partitions.size()) && offset >= 0;
    if (!valid) break;
    const auto metadata = each.find("metadata");
    positions.push_back({static_cast<int32_t>(partition), offset,
                         metadata != each.end() && metadata->is_string() ? metadata->get<std::string>() : ""});
    if (positions.back().metadata.size() > metadata_bytes_max) {
      return responder.send(json_error(413, fmt::format("metadata is longer than {} bytes", metadata_bytes_max)));
    }
  }
  if (!valid) {
    return responder.send(json_error(
        400, R"(the body must be an array of {"partition":…,"offset":…,"metadata":…} with partitions of the topic)"));
  }
  {
    // Whoever asks next reads on from here.
    MutexLock lock(mutex_);
    sessions_.erase({place->group, place->topic->topic->name()});
  }
  offsets_.store(place->group, place->topic, std::move(positions),
                 [answer = std::make_shared<HttpResponder>(std::move(responder))](const Status& stored) {
                   answer->send(stored ? HttpResponse::json("{}") : error_response(stored.error()));
                 });
}

void ConsumerRoutes::show_consumers(const HttpRequest& request, HttpResponder responder) {
  const std::string_view name = request.path_parameter("topic");
  if (!log_.find_topic(name)) return responder.send(json_error(404, fmt::format("there is no topic {}", name)));
  const auto wanted = request.query("group");
  std::string body = "{";
  const int64_t now = now_ms();
  MutexLock lock(mutex_);
  for (const auto& [key, session] : sessions_) {
    const auto& [group, topic] = key;
    if (topic != name || (wanted && *wanted != group) || session->is_over(now, options_.session_ms)) continue;
    if (body.size() > 1) body += ',';
    append_json_string(body, group);
    body += R"(:{"azud":[)";
    for (std::size_t i = 0; i < session->topic()->partitions.size(); ++i)
      body += fmt::format("{}{}", i > 0 ? "," : "", i);
    body += "]}";
  }
  body += '}';
  responder.send(HttpResponse::json(std::move(body)));
}

}  // namespace azud::connect
