// HTTP and frames over loopback, server and client in one process: requests a second, and CPU time of each side.
//
//   azud_io_bench http  [requests=400000] [connections=64] [depth=1]
//   azud_io_bench frame [requests=2000000] [connections=8] [depth=64]

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <time.h>

#include "base/endian.h"
#include "io/event_loops.h"
#include "io/frame_server.h"
#include "io/http_client.h"
#include "io/http_server.h"
#include "io/test/loopback_client.h"

namespace azud::io {
namespace {

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double loop_cpu_seconds(EventLoops& loops) {
  double seconds = 0;
  std::latch done(1);
  loops.post_on(0, [&] {
    seconds = thread_cpu_seconds();
    done.count_down();
  });
  done.wait();
  return seconds;
}

double now_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void report(const char* what, long requests, double wall, double server_cpu, double client_cpu) {
  const auto count = static_cast<double>(requests);
  std::printf("%s: %ld requests in %.2f s = %.0f/s; CPU a request: server %.2f us, client %.2f us; ", what, requests,
              wall, count / wall, server_cpu / count * 1e6, client_cpu / count * 1e6);
  std::printf("one core of the server alone: %.0f/s\n", count / server_cpu);
}

/// Keeps `depth` requests in progress on one connection until all are done.
struct HttpLoad {
  HttpClient& client;
  std::atomic<long> left;
  std::atomic<long> failed{0};
  std::latch done;

  HttpLoad(HttpClient& c, long requests) : client(c), left(requests), done(requests) {}

  void send(std::size_t connection) {
    if (left.fetch_sub(1) <= 0) return;
    client.request(connection,
                   {.method = HttpMethod::post,
                    .target = "/topics/ENTRY/messages",
                    .content_type = "application/json",
                    .body = "42959,true,false,25.5,30.0 and so on to sixty bytes of body.."},
                   [this, connection](const Result<HttpClientResponse>& response) {
                     if (!response || response->status != 200) failed.fetch_add(1);
                     send(connection);
                     done.count_down();
                   });
  }
};

int bench_http(long requests, std::size_t connections, std::size_t depth) {
  EventLoops server_loops(1);
  EventLoops client_loops(1);
  HttpRouter router;
  std::atomic<std::size_t> bytes = 0;
  router.add(HttpMethod::post, "/topics/{topic}/messages",
             [&bytes](const HttpRequest& request, HttpResponder responder) {
               bytes += request.body().size() + request.path_parameter("topic").size();
               responder.send(HttpResponse::json("{}"));
             });
  auto server = HttpServer::start(server_loops, {"127.0.0.1:0"}, router);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().to_text().c_str()), 1;
  HttpClientOptions options;
  options.pipeline_depth = depth;
  auto client =
      HttpClient::create(client_loops, "127.0.0.1:" + std::to_string((*server)->port()), connections, options);
  HttpLoad load(**client, requests);
  const double server_before = loop_cpu_seconds(server_loops);
  const double client_before = loop_cpu_seconds(client_loops);
  const double begin = now_seconds();
  client_loops.post_on(0, [&] {
    for (std::size_t c = 0; c < connections; ++c) {
      for (std::size_t d = 0; d < depth; ++d) load.send(c);
    }
  });
  load.done.wait();
  const double wall = now_seconds() - begin;
  report("http POST of 60 bytes", requests, wall, loop_cpu_seconds(server_loops) - server_before,
         loop_cpu_seconds(client_loops) - client_before);
  if (load.failed > 0) std::printf("%ld failed\n", load.failed.load());
  return load.failed > 0;
}

struct Echo : FrameHandler {
  void on_frame(const FrameConnectionPtr& connection, uint64_t sequence, SharedBytes frame) override {
    connection->reply(sequence, std::move(frame));
  }
};

int bench_frames(long requests, std::size_t connections, std::size_t depth) {
  EventLoops loops(1);
  Echo echo;
  FrameServerOptions options;
  options.requests_in_flight_max = 1000;
  auto server = FrameServer::start(loops, {"127.0.0.1:0"}, echo, options);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().to_text().c_str()), 1;
  std::string batch;
  for (std::size_t i = 0; i < depth; ++i) {
    append_big(batch, int32_t{100});
    batch.append(100, 'x');
  }
  const double server_before = loop_cpu_seconds(loops);
  const double begin = now_seconds();
  const long rounds = requests / static_cast<long>(depth * connections);
  // One client thread that writes to all connections, then reads from all.
  std::vector<LoopbackClient> clients;
  for (std::size_t c = 0; c < connections; ++c) clients.emplace_back((*server)->port());
  const double client_before = thread_cpu_seconds();
  for (long r = 0; r < rounds; ++r) {
    for (auto& client : clients) client.send(batch);
    for (auto& client : clients) {
      if (client.receive(batch.size()).size() != batch.size()) return 1;
    }
  }
  const double wall = now_seconds() - begin;
  report("frames of 100 bytes", rounds * static_cast<long>(depth * connections), wall,
         loop_cpu_seconds(loops) - server_before, thread_cpu_seconds() - client_before);
  return 0;
}

}  // namespace
}  // namespace azud::io

int main(int argc, char** argv) {
  const bool http = argc > 1 && std::strcmp(argv[1], "http") == 0;
  const auto argument = [&](int index, long otherwise) { return argc > index ? std::atol(argv[index]) : otherwise; };
  const long requests = argument(2, http ? 400'000 : 2'000'000);
  const auto connections = static_cast<std::size_t>(argument(3, http ? 64 : 8));
  const auto depth = static_cast<std::size_t>(argument(4, http ? 1 : 64));
  return http ? azud::io::bench_http(requests, connections, depth)
              : azud::io::bench_frames(requests, connections, depth);
}
