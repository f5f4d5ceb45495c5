#include "systems/registry.h"

#include <gtest/gtest.h>

namespace azud::systems {
namespace {

TEST(Registry, FindsSystemsByName) {
  const auto found = find_system("sensor-alarms");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)->name, "sensor-alarms");
  const auto missing = find_system("sensor");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code(), Code::not_found);
  EXPECT_EQ(missing.error().hint(), "there are: sensor-alarms");
}

TEST(Registry, EverySystemIsComplete) {
  for (const System* system : built_in_systems()) {
    EXPECT_FALSE(system->title.empty()) << system->name;
    const auto simulator = system->make_simulator(simulate::ParameterValues(system->simulator_parameters));
    EXPECT_TRUE(simulator.has_value()) << system->name;
    for (const Generator& generator : system->generators) {
      EXPECT_EQ(*system->generator(generator.name), &generator);
      EXPECT_TRUE(generator.make_source(simulate::ParameterValues(generator.parameters)).has_value());
    }
  }
}

TEST(Registry, FilesAreTheSourceFiles) {
  const auto system = find_system("sensor-alarms");
  ASSERT_TRUE(system.has_value());
  const auto file = (*system)->file("zones.csv");
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->starts_with("prefix,zone\n"));
  EXPECT_EQ(file->back(), '\n');
  EXPECT_FALSE((*system)->file("nothing.csv").has_value());
}

}  // namespace
}  // namespace azud::systems
