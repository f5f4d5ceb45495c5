#include "systems/sensor-alarms/simulator/client_generator.h"

#include <array>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "systems/sensor-alarms/simulator/client.h"

namespace azud::sensor_alarms {

namespace {

constexpr std::array parameters = {
    simulate::Parameter{"seed", "3", "whole number; a client depends on nothing but seed and id"},
    simulate::Parameter{"count", "50000", "how many clients, with the ids 1, 2, .."},
};

constexpr int files = 10;
constexpr TimestampMs valid_since_ms = 1000;  // 0 would be no version at all to Flink's temporal join

struct ClientSettings {
  uint64_t seed;
  int32_t count;
};

Result<ClientSettings> read_settings(const simulate::ParameterValues& values) {
  TRY_ASSIGN(const int64_t seed, values.integer("seed", 0, std::numeric_limits<int64_t>::max()));
  TRY_ASSIGN(const int64_t count, values.integer("count", 1, 10'000'000));
  return ClientSettings{static_cast<uint64_t>(seed), static_cast<int32_t>(count)};
}

class ClientSource final : public simulate::EventSource {
 public:
  explicit ClientSource(ClientSettings settings) : settings_(settings) {}

  std::span<const std::string> topics() const override { return topics_; }
  uint32_t key_slots() const override { return static_cast<uint32_t>(settings_.count); }
  double nominal_rate() const override { return 0; }

  bool next(simulate::Event& event) override {
    if (made_ == settings_.count) return false;
    ++made_;
    key_ = std::to_string(made_);
    value_.clear();
    append_client_json(make_client(settings_.seed, made_), value_);
    event = {.topic = 0,
             .key_slot = static_cast<uint32_t>(made_ - 1),
             .key = key_,
             .value = value_,
             .nominal_ms = valid_since_ms};
    return true;
  }

 private:
  ClientSettings settings_;
  std::vector<std::string> topics_{"CUSTOMERS"};
  int32_t made_ = 0;
  std::string key_;
  std::string value_;
};

}  // namespace

std::span<const simulate::Parameter> client_parameters() { return parameters; }

Status write_client_files(const simulate::ParameterValues& values,
                          const std::function<Status(std::string_view name, std::string_view content)>& write) {
  TRY_ASSIGN(const ClientSettings settings, read_settings(values));
  std::string content;
  for (int file = 0; file < files; ++file) {
    content.assign(client_csv_header());
    content += '\n';
    const auto last = static_cast<int32_t>(int64_t{settings.count} * (file + 1) / files);
    for (auto id = static_cast<int32_t>(int64_t{settings.count} * file / files) + 1; id <= last; ++id) {
      append_client_csv(make_client(settings.seed, id), content);
      content += '\n';
    }
    TRY(write(fmt::format("clients-{}.csv", file), content));
  }
  return {};
}

Result<std::unique_ptr<simulate::EventSource>> make_client_source(const simulate::ParameterValues& values) {
  TRY_ASSIGN(const ClientSettings settings, read_settings(values));
  return std::make_unique<ClientSource>(settings);
}

}  // namespace azud::sensor_alarms
