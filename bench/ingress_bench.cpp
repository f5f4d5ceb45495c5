// The kafka-pixy ingress end to end over loopback: POST of a CSV line, checked, keyed, durable in a log on disk before
// the answer. Prints the durability, always.
//
//   azud_ingress_bench [requests=200000] [connections=256] [commit|interval|none] [directory=a temporary one]

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <latch>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "connect/http/pixy_routes.h"
#include "io/clock.h"
#include "io/event_loops.h"
#include "io/file.h"
#include "io/http_client.h"
#include "io/http_server.h"
#include "log/log.h"

namespace azud::connect {
namespace {

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct Load {
  io::HttpClient& client;
  std::atomic<long> left;
  std::atomic<long> failed{0};
  std::latch done;

  Load(io::HttpClient& c, long requests) : client(c), left(requests), done(requests) {}

  void send(std::size_t connection) {
    const long number = left.fetch_sub(1);
    if (number <= 0) return;
    char body[64];
    const int size = std::snprintf(body, sizeof body, "%ld,true,false,%ld.5,30.0", number % 50'000, 20 + number % 30);
    client.request(connection,
                   {.method = io::HttpMethod::post,
                    .target = "/topics/ENTRY/messages",
                    .content_type = "application/json",
                    .body = {body, static_cast<std::size_t>(size)}},
                   [this, connection](const Result<io::HttpClientResponse>& response) {
                     if (!response || response->status != 200) failed.fetch_add(1);
                     send(connection);
                     done.count_down();
                   });
  }
};

int run(long requests, std::size_t connections, log::Durability durability, const std::filesystem::path& directory) {
  io::RealFileSystem files;
  const io::SystemClock clock;
  io::EventLoops loops(1);
  io::EventLoops client_loops(1);
  log::LogOptions options;
  options.durability = durability;
  auto log = log::Log::open(files, clock, directory, options);
  if (!log) return std::fprintf(stderr, "%s\n", log.error().to_text().c_str()), 1;
  std::promise<void> created;
  (*log)->create_topic("ENTRY", 2, {}, [&created](const Status&) { created.set_value(); });
  created.get_future().wait();

  RecordAppender appender(**log, clock, loops);
  DeadLetters dead_letters(**log, clock);
  PixyOptions pixy;
  pixy.formats["ENTRY"] = *IngestFormat::create({{{"id", IngestType::int32, {}},
                                                  {"movimiento", IngestType::boolean, {}},
                                                  {"humo", IngestType::boolean, {}},
                                                  {"temperatura", IngestType::float64, {}},
                                                  {"tempMaxima", IngestType::float64, {}}},
                                                 "id"});
  PixyRoutes routes(**log, appender, dead_letters, pixy);
  io::HttpRouter router;
  routes.add_to(router);
  auto server = io::HttpServer::start(loops, {"127.0.0.1:0"}, router);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().to_text().c_str()), 1;
  auto client = io::HttpClient::create(client_loops, "127.0.0.1:" + std::to_string((*server)->port()), connections);

  Load load(**client, requests);
  const double cpu_before = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  client_loops.post_on(0, [&] {
    for (std::size_t c = 0; c < connections; ++c) load.send(c);
  });
  load.done.wait();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto statistics = (*log)->statistics();
  const auto count = static_cast<double>(requests);
  const char* name = durability == log::Durability::commit ? "commit"
                     : durability == log::Durability::none ? "none"
                                                           : "interval";
  std::printf(
      "ingress, durability %s, %zu connections: %ld POSTs in %.2f s = %.0f/s; %.2f us of CPU each, client and all; ",
      name, connections, requests, wall, count / wall, (cpu_seconds() - cpu_before) / count * 1e6);
  std::printf("%.1f records a batch, %.1f records a sync; %ld failed\n",
              count / static_cast<double>(statistics.appended_batches),
              count / static_cast<double>(std::max<uint64_t>(1, statistics.syncs)), load.failed.load());
  (*client)->stop();
  (*server)->stop();
  log->reset();
  return load.failed > 0;
}

}  // namespace
}  // namespace azud::connect

int main(int argc, char** argv) {
  using azud::log::Durability;
  const std::string durability = argc > 3 ? argv[3] : "commit";
  const auto directory = argc > 4
                             ? std::filesystem::path(argv[4])
                             : std::filesystem::temp_directory_path() / ("azud-ingress-" + std::to_string(::getpid()));
  const int status = azud::connect::run(argc > 1 ? std::atol(argv[1]) : 200'000,
                                        argc > 2 ? static_cast<std::size_t>(std::atol(argv[2])) : 256,
                                        durability == "commit"     ? Durability::commit
                                        : durability == "interval" ? Durability::interval
                                                                   : Durability::none,
                                        directory);
  std::filesystem::remove_all(directory);
  return status;
}
