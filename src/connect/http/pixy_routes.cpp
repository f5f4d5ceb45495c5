#include "connect/http/pixy_routes.h"

#include <charconv>
#include <functional>
#include <random>
#include <vector>

#include "base/base64.h"
#include "base/json_string.h"
#include "base/logging.h"
#include "connect/http/error_response.h"
#include "connect/http/pixy_prefixes.h"
#include "kafka/wire/partitioner.h"

namespace azud::connect {

using io::HttpMethod;
using io::HttpRequest;
using io::HttpResponder;
using io::HttpResponse;
using io::json_error;

namespace {

constexpr std::string_view header_prefix = "x-kafka-";

uint32_t fnv1a(ByteView bytes) {
  uint32_t hash = 2166136261U;
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619U;
  return hash;
}

/// The record's headers from the request's X-Kafka-<Name>: <base64>.
class RecordHeaders {
 public:
  /// False, with `problem` set, if a value is not base64.
  bool read(const HttpRequest& request, std::string& problem) {
    decoded_.clear();
    views_.clear();
    for (const io::HttpHeader& header : request.headers()) {
      if (header.name.size() <= header_prefix.size() ||
          !io::same_header_name(header.name.substr(0, header_prefix.size()), header_prefix)) {
        continue;
      }
      std::string& value = decoded_.emplace_back();
      if (!read_base64(header.value, value)) {
        problem = fmt::format("the header {} must be base64; found '{}'", header.name, header.value);
        return false;
      }
      views_.push_back({header.name.substr(header_prefix.size()), std::nullopt});
    }
    for (std::size_t i = 0; i < views_.size(); ++i) views_[i].value = decoded_[i];
    return true;
  }
  std::span<const kafka::HeaderView> views() const { return views_; }

 private:
  std::vector<std::string> decoded_;
  std::vector<kafka::HeaderView> views_;
};

HttpResponse offset_response(std::size_t partition, log::Offset offset) {
  return HttpResponse::json(fmt::format(R"({{"partition":{},"offset":{}}})", partition, offset.value()));
}

void append_topic_json(std::string& out, const log::TopicView& topic, bool with_config, bool with_partitions,
                       int32_t node) {
  out += '{';
  if (with_config) {
    out += R"("config":{"version":1,"config":{)";
    bool first = true;
    for (const auto& [name, value] : topic.topic->overrides()) {
      if (!std::exchange(first, false)) out += ',';
      append_json_string(out, name);
      out += ':';
      append_json_string(out, value);
    }
    out += "}}";
  }
  if (with_partitions) {
    if (with_config) out += ',';
    out += R"("partitions":[)";
    for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
      if (i > 0) out += ',';
      out += fmt::format(R"({{"partition":{},"leader":{},"replicas":[{}],"isr":[{}]}})", i, node, node, node);
    }
    out += ']';
  }
  out += '}';
}

}  // namespace

PixyRoutes::PixyRoutes(log::Log& log, RecordAppender& appender, DeadLetters& dead_letters, PixyOptions options)
    : log_(log), appender_(appender), dead_letters_(dead_letters), options_(std::move(options)) {}

void PixyRoutes::add_to(io::HttpRouter& router) {
  for (const std::string_view prefix : pixy_prefixes) {
    const auto path = [&](std::string_view rest) { return fmt::format("{}{}", prefix, rest); };
    router.add(HttpMethod::post, path("/topics/{topic}/messages"), this, &PixyRoutes::produce);
    router.add(HttpMethod::get, path("/topics"), this, &PixyRoutes::list_topics);
    router.add(HttpMethod::get, path("/topics/{topic}"), this, &PixyRoutes::show_topic);
  }
  for (const std::string_view path : {"/_ping", "/-/healthy"}) {
    router.add(HttpMethod::get, path,
               [](const HttpRequest&, HttpResponder responder) { responder.send(HttpResponse::text("pong")); });
  }
  router.add(HttpMethod::get, "/-/ready",
             [this](const HttpRequest&, HttpResponder responder) { ready(std::move(responder)); });
}

void PixyRoutes::ready(HttpResponder responder) {
  if (const auto full = log_.storage_full()) return responder.send(error_response(Error(Code::storage_full, *full)));
  responder.send(HttpResponse::text("ready"));
}

void PixyRoutes::produce(const HttpRequest& request, HttpResponder responder) {
  const std::string_view name = request.path_parameter("topic");
  const auto topic = log_.find_topic(name);
  if (!topic) return responder.send(json_error(404, fmt::format("there is no topic {}", name)));
  ByteView body = request.body();
  thread_local std::string form_storage;
  thread_local std::vector<io::FormField> form;
  if (io::same_header_name(request.media_type(), "application/x-www-form-urlencoded")) {
    form_storage.clear();
    form_storage.reserve(body.size());
    form.clear();
    const io::FormField* message = nullptr;
    if (io::decode_form(body, form_storage, form)) {
      for (const io::FormField& field : form) {
        if (!message && field.name == "msg" && field.has_value) message = &field;
      }
    }
    if (!message) {
      return responder.send(json_error(400,
                                       "a form must have the field msg; to send the body itself as the message, set "
                                       "Content-Type to text/plain or application/json"));
    }
    body = message->value;
  }
  const auto format = options_.formats.find(name);
  if (format != options_.formats.end()) {
    return produce_formatted(*topic, *format->second, request, body, std::move(responder));
  }
  append(*topic, request.query("key"), body, request, std::move(responder));
}

void PixyRoutes::produce_formatted(const log::TopicView& topic, const IngestFormat& format, const HttpRequest& request,
                                   ByteView body, HttpResponder responder) {
  thread_local IngestFormat::Message message;
  if (!format.normalise(body, message)) return refuse(topic, message.problem, request, std::move(responder));
  std::optional<ByteView> key = request.query("key");
  if (format.has_key()) key = message.key;
  append(topic, key, message.csv, request, std::move(responder));
}

void PixyRoutes::refuse(const log::TopicView& topic, const std::string& problem, const HttpRequest& request,
                        HttpResponder responder) {
  const DeadLetter letter{.source = fmt::format("http ingress, from {}", request.peer_address()),
                          .topic = topic.topic->name(),
                          .value = request.shared_body(),
                          .reason = problem};
  auto batches = dead_letters_.encode({&letter, 1});
  const auto kept = [this, problem, answer = std::make_shared<HttpResponder>(std::move(responder)),
                     batch = std::move(batches.front())](const Result<log::PartitionPtr>& partition) {
    const auto refused = [problem, answer](const Status& status) {
      if (!status) log_warn("connect: a dead letter could not be kept: {}", status.error().to_text());
      answer->send(json_error(400, problem));
    };
    if (!partition) return refused(std::unexpected(partition.error()));
    log_.append(*partition, batch, [refused](const Result<log::Appended>& appended) {
      refused(appended ? Status() : std::unexpected(appended.error()));
    });
  };
  dead_letters_.partition_of(letter.topic, kept);
}

std::size_t PixyRoutes::partition_for(std::optional<ByteView> key, std::size_t count) const {
  if (count == 1) return 0;
  if (!key) {
    thread_local std::minstd_rand random(std::random_device{}());
    return random() % count;
  }
  if (options_.partitioner == IngestPartitioner::fnv1a) return fnv1a(*key) % count;
  return static_cast<std::size_t>(kafka::partition_of_key(*key, static_cast<int32_t>(count)));
}

void PixyRoutes::append(const log::TopicView& topic, std::optional<ByteView> key, ByteView value,
                        const HttpRequest& request, HttpResponder responder) {
  thread_local RecordHeaders headers;
  std::string problem;
  if (!headers.read(request, problem)) return responder.send(json_error(400, problem));
  const std::size_t partition = partition_for(key, topic.partitions.size());
  if (request.has_query("sync")) {
    appender_.append(topic, partition, key, value, headers.views(),
                     [partition, answer = std::move(responder)](const Result<log::Offset>& offset) mutable {
                       answer.send(offset ? offset_response(partition, *offset) : error_response(offset.error()));
                     });
  } else if (options_.async_ack) {
    appender_.append(topic, partition, key, value, headers.views(), [](const Result<log::Offset>&) {});
    responder.send(HttpResponse::json("{}"));
  } else {
    appender_.append(topic, partition, key, value, headers.views(),
                     [answer = std::move(responder)](const Result<log::Offset>& offset) mutable {
                       answer.send(offset ? HttpResponse::json("{}") : error_response(offset.error()));
                     });
  }
}

void PixyRoutes::list_topics(const HttpRequest& request, HttpResponder responder) {
  const bool with_config = request.has_query("withConfig");
  const bool with_partitions = request.has_query("withPartitions");
  const bool detailed = with_config || with_partitions;
  std::string body(1, detailed ? '{' : '[');
  for (const auto& topic : log_.topics()) {
    if (body.size() > 1) body += ',';
    append_json_string(body, topic->topic->name());
    if (!detailed) continue;
    body += ':';
    append_topic_json(body, *topic, with_config, with_partitions, options_.node_id);
  }
  body += detailed ? '}' : ']';
  responder.send(HttpResponse::json(std::move(body)));
}

void PixyRoutes::show_topic(const HttpRequest& request, HttpResponder responder) {
  const std::string_view name = request.path_parameter("topic");
  const auto topic = log_.find_topic(name);
  if (!topic) return responder.send(json_error(404, fmt::format("there is no topic {}", name)));
  std::string body;
  append_topic_json(body, *topic, true, true, options_.node_id);
  responder.send(HttpResponse::json(std::move(body)));
}

}  // namespace azud::connect
