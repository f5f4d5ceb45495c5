// Every tests/sql/*.test, in four ways each: what is written must be the same. `azud_sql_golden_tests --update` writes
// what came out, rows one at a time, into the files instead of comparing.

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "changelog.h"
#include "golden_file.h"

namespace azud::engine {
namespace {

namespace fs = std::filesystem;

bool update_files = false;
constexpr uint32_t seed = 7;

fs::path folder() { return fs::path(AZUD_SOURCE_DIR) / "tests/sql"; }

class SqlGolden : public testing::TestWithParam<std::string> {};

TEST_P(SqlGolden, is_the_same_in_all_ways) {
  const fs::path path = folder() / (GetParam() + ".test");
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  std::vector<GoldenCase> cases = parse_golden(text.str());
  for (GoldenCase& one : cases) {
    if (update_files) {
      const auto out = run_case(one, disturbances().front(), seed);
      for (std::size_t i = 0; i < one.steps.size(); ++i)
        one.steps[i].expected = i < out.size() ? out[i] : std::vector<std::string>();
    }
    for (const Disturbance& how : disturbances()) {
      const auto out = run_case(one, how, seed);
      for (std::size_t i = 0; i < one.steps.size(); ++i)
        EXPECT_EQ(difference(one.steps[i].expected, i < out.size() ? out[i] : Changelog()), "")
            << how.name << ", step " << i + 1 << " of\n"
            << one.sql;
    }
  }
  if (update_files) std::ofstream(path) << to_text(cases);
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder()))
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, SqlGolden, testing::ValuesIn(files()), [](const auto& param) {
  std::string name = param.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace azud::engine

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--update") == 0) azud::engine::update_files = true;
  return RUN_ALL_TESTS();
}
