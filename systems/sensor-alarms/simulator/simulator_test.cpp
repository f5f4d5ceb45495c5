#include "systems/sensor-alarms/simulator/simulator.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace azud::sensor_alarms {
namespace {

using Chosen = std::vector<std::pair<std::string, std::string>>;

Result<std::unique_ptr<simulate::EventSource>> make(const Chosen& chosen) {
  simulate::ParameterValues values(simulator_parameters());
  for (const auto& [name, value] : chosen) TRY(values.set(name, value));
  return make_simulator(values);
}

std::string text_of(simulate::EventSource& source, int count) {
  std::string text;
  simulate::Event event;
  for (int i = 0; i < count; ++i) {
    EXPECT_TRUE(source.next(event));
    text += fmt::format("{} {} {} {}\n", event.nominal_ms, source.topics()[event.topic], event.key, event.value);
  }
  return text;
}

TEST(Simulator, MergesProcessesByTimeThenNumber) {
  const auto source = make({{"processes", "2"}, {"sensors", "5"}, {"first_id", "10"}, {"start", "0"}});
  ASSERT_TRUE(source.has_value());
  simulate::Event event;
  std::string ids;
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE((*source)->next(event));
    ids += fmt::format("{}:{} ", event.nominal_ms, event.key);
  }
  EXPECT_EQ(ids, "0:10 0:12 2:11 2:13 5:10 5:14 7:11 ");
}

TEST(Simulator, TheSameSeedGivesTheSameBytes) {
  const Chosen settings = {{"seed", "3"}, {"processes", "3"}, {"sensors", "3000"}};
  EXPECT_EQ(text_of(**make(settings), 20'000), text_of(**make(settings), 20'000));
  EXPECT_NE(text_of(**make(settings), 100), text_of(**make({{"processes", "3"}, {"sensors", "3000"}}), 100));
}

TEST(Simulator, WritesThreeForms) {
  const Reading reading{.id = 42959, .movimiento = true, .humo = false, .temperatura = 25, .temp_max = 30};
  const auto written = [&](Form form) {
    std::string text;
    append_message(reading, form, text);
    return text;
  };
  EXPECT_EQ(written(Form::csv), "42959,true,false,25,30");
  EXPECT_EQ(written(Form::brace), R"({"42959","true","false","25","30"})");
  EXPECT_EQ(written(Form::json),
            R"({"id":"42959","movimiento":"true","humo":"false","temperatura":"25","tempMaxima":"30"})");
}

TEST(Simulator, PresetsAreTheirConstants) {
  EXPECT_EQ(text_of(**make({{"preset", "code"}}), 15'000),
            text_of(**make({{"draw_every", "5000"}, {"recover_every", "12000"}}), 15'000));
  EXPECT_EQ(text_of(**make({}), 15'000),
            text_of(**make({{"preset", "code"}, {"draw_every", "1000"}, {"recover_every", "6000"}}), 15'000));
}

TEST(Simulator, RefusesWhatCannotBe) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"preset", "calm"}, {"form", "xml"},     {"sensors", "0"},      {"processes", "0"},
      {"seed", "-1"},     {"draw_every", "0"}, {"start", "tomorrow"}, {"first_id", "3000000000"}};
  for (const auto& [name, value] : wrong) {
    const auto made = make({{name, value}});
    ASSERT_FALSE(made.has_value()) << name;
    EXPECT_NE(made.error().message().find(name), std::string::npos) << made.error().message();
  }
  EXPECT_FALSE(make({{"sensors", "3"}, {"processes", "4"}}).has_value());
}

}  // namespace
}  // namespace azud::sensor_alarms
