#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "connect/dead_letter/dead_letter.h"
#include "connect/http/ingest_format.h"
#include "connect/http/record_appender.h"
#include "io/http_router.h"
#include "log/log.h"

namespace azud::connect {

/// How a record with a key finds its partition.
enum class IngestPartitioner : uint8_t {
  murmur2,  ///< as Kafka's clients do
  fnv1a,    ///< as kafka-pixy does
};

struct PixyOptions {
  /// By topic; a topic without one takes any bytes.
  std::map<std::string, std::shared_ptr<const IngestFormat>, std::less<>> formats;
  IngestPartitioner partitioner = IngestPartitioner::murmur2;
  /// Answers calls without `sync` before the record is durable, as kafka-pixy does.
  bool async_ack = false;
  int32_t node_id = 1;  ///< the broker's, as the leader of every partition
};

/// The HTTP ingress in the form of kafka-pixy: POST /topics/{topic}/messages and what is around it, every path also
/// under /clusters/{cluster} and /proxies/{cluster}; and /_ping, /-/healthy, /-/ready.
///
/// A record is answered once it is durable, with `{}`, or with `sync` with its partition and offset. Errors are
/// {"error":"…"}: 400 for what cannot be taken, 404 for an unknown topic, 413 for what is too large, 503 with
/// Retry-After while the log takes nothing. A message that does not fit its topic's format is kept in the dead letters.
///
/// Handlers run on the loop threads and do not block. Everything passed in must outlive the HTTP server.
class PixyRoutes {
 public:
  PixyRoutes(log::Log& log, RecordAppender& appender, DeadLetters& dead_letters, PixyOptions options);

  void add_to(io::HttpRouter& router);

 private:
  void produce(const io::HttpRequest& request, io::HttpResponder responder);
  void produce_formatted(const log::TopicView& topic, const IngestFormat& format, const io::HttpRequest& request,
                         ByteView body, io::HttpResponder responder);
  void append(const log::TopicView& topic, std::optional<ByteView> key, ByteView value, const io::HttpRequest& request,
              io::HttpResponder responder);
  void refuse(const log::TopicView& topic, const std::string& problem, const io::HttpRequest& request,
              io::HttpResponder responder);
  void list_topics(const io::HttpRequest& request, io::HttpResponder responder);
  void show_topic(const io::HttpRequest& request, io::HttpResponder responder);
  void ready(io::HttpResponder responder);
  std::size_t partition_for(std::optional<ByteView> key, std::size_t count) const;

  log::Log& log_;
  RecordAppender& appender_;
  DeadLetters& dead_letters_;
  const PixyOptions options_;
};

}  // namespace azud::connect
