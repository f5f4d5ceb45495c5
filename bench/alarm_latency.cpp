// From accepted message to ALARMS record: reads the topic from its end and compares, for each record, the clock at its
// arrival with the record's `at`, the time at which the log took the message that caused it (whole milliseconds,
// rounded down: what is printed is up to one millisecond too long). librdkafka needs up to a second until it reads:
// what was sent before the first record came is not counted.
//
//   azud_alarm_latency HOST:PORT SECONDS      prints one JSON line: count, p50_ms, p99_ms, p999_ms, max_ms

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include <date/date.h>
#include <nlohmann/json.hpp>

#include "kafka/client/consumer.h"
#include "simulate/latency.h"

namespace {

using Clock = std::chrono::system_clock;

int64_t us_since_epoch(Clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

int64_t event_time_us(std::string_view value) {
  const auto row = nlohmann::json::parse(value);
  std::istringstream text(row.at("at").get<std::string>());
  date::sys_time<std::chrono::microseconds> at;
  text >> date::parse("%F %TZ", at);
  return text.fail() ? -1 : at.time_since_epoch().count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: azud_alarm_latency HOST:PORT SECONDS\n");
    return 2;
  }
  azud::simulate::LatencyHistogram histogram;
  const auto end = Clock::now() + std::chrono::seconds(std::atoi(argv[2]));
  int64_t reading_since = 0;
  azud::kafka::ConsumerSettings settings;
  settings.bootstrap_servers = argv[1];
  settings.topic = "ALARMS";
  settings.start = {azud::kafka::OffsetTarget::Kind::latest};
  const auto status = azud::kafka::consume(
      settings,
      [&](const azud::kafka::IncomingMessage& message) {
        const int64_t now = us_since_epoch(Clock::now());
        const int64_t at = event_time_us(message.value);
        if (reading_since == 0) reading_since = now;
        if (at >= reading_since && now >= at) histogram.record(static_cast<uint64_t>(now - at));
        return true;
      },
      [&] { return Clock::now() >= end; });
  if (!status) {
    std::fprintf(stderr, "%s\n", status.error().message().c_str());
    return 1;
  }
  const auto ms = [&](double share) { return static_cast<double>(histogram.percentile_us(share)) / 1000; };
  std::printf(R"({"count":%lu,"p50_ms":%.2f,"p99_ms":%.2f,"p999_ms":%.2f,"max_ms":%.2f})"
              "\n",
              histogram.count(), ms(0.5), ms(0.99), ms(0.999), static_cast<double>(histogram.max_us()) / 1000);
  return 0;
}
