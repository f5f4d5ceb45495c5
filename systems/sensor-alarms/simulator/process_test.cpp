#include "systems/sensor-alarms/simulator/process.h"

#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace azud::sensor_alarms {
namespace {

std::vector<Reading> take(Process& process, std::size_t count) {
  std::vector<Reading> readings;
  for (std::size_t i = 0; i < count; ++i) readings.push_back(process.next());
  return readings;
}

TEST(Process, SweepsItsSensorsFourHundredTimesASecond) {
  Process process({.id_min = 10, .id_max = 13, .start_ms = 1000});
  const auto readings = take(process, 7);
  const std::vector<int32_t> ids = {10, 11, 12, 10, 11, 12, 10};
  const std::vector<TimestampMs> times = {1000, 1002, 1005, 1007, 1010, 1012, 1015};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    EXPECT_EQ(readings[i].id, ids[i]);
    EXPECT_EQ(readings[i].nominal_ms, times[i]);
    EXPECT_EQ(readings[i].topic, Topic::entry);
    EXPECT_GE(readings[i].temp_max, 1);
    EXPECT_LE(readings[i].temp_max, 50);
  }
}

TEST(Process, OkGoesOnlyToSensorsThatWereActive) {
  Process process({.id_min = 1, .id_max = 501, .draw_every = 5, .recover_every = 40});
  std::set<int32_t> ever_active;
  int recovered = 0;
  for (const Reading& reading : take(process, 200'000)) {
    if (reading.movimiento || reading.humo || reading.temperatura >= reading.temp_max) ever_active.insert(reading.id);
    if (reading.topic == Topic::ok) {
      ++recovered;
      EXPECT_TRUE(ever_active.contains(reading.id)) << reading.id;
    }
  }
  EXPECT_GT(recovered, 1000);
}

TEST(Process, TimeNeverStandsStillForASensor) {
  Process process({.id_min = 1, .id_max = 4, .draw_every = 2, .recover_every = 2});
  std::map<int32_t, TimestampMs> last;
  for (const Reading& reading : take(process, 10'000)) {
    const auto [before, first] = last.try_emplace(reading.id, reading.nominal_ms);
    if (!first) {
      EXPECT_GT(reading.nominal_ms, before->second);
      before->second = reading.nominal_ms;
    }
  }
}

TEST(Process, OneSensorIsEnough) {
  Process process({.id_min = 5, .id_max = 6, .draw_every = 1, .recover_every = 1});
  for (const Reading& reading : take(process, 100)) EXPECT_EQ(reading.id, 5);
}

}  // namespace
}  // namespace azud::sensor_alarms
