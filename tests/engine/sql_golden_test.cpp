// Every tests/sql/*.test, in four ways each: what is written must be the same. `azud_sql_golden_tests --update` writes
// what came out, rows one at a time, into the files instead of comparing; `--update-own` only what Flink does not say:
// late rows and the words of errors. Cases in which azud differs from Flink on purpose are counted and named at the
// end.

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "changelog.h"
#include "golden_file.h"

namespace azud::engine {
namespace {

namespace fs = std::filesystem;

bool update_files = false;
bool update_own_lines = false;
constexpr uint32_t seed = 7;

/// The reason why azud does not do in this case what Flink does; empty if it does.
std::string differs(const GoldenCase& one) {
  constexpr std::string_view mark = "\n-- differs:";
  const std::size_t at = one.sql.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size();
  return one.sql.substr(begin, one.sql.find('\n', begin) - begin);
}

/// The cases that differ, named when all files are done.
class Differing : public testing::Environment {
 public:
  static inline std::vector<std::string> cases;
  void TearDown() override {
    std::cout << cases.size() << " cases differ from Flink on purpose\n";
    for (const std::string& one : cases) std::cout << "  " << one << "\n";
  }
};

bool is_own(const std::string& line) { return line.starts_with("late:") || line.starts_with("error:"); }

/// The lines of `expected` that Flink gives too, and of `got` those it does not.
Changelog with_own_lines(Changelog expected, const Changelog& got) {
  std::erase_if(expected, is_own);
  std::ranges::copy_if(got, std::back_inserter(expected), is_own);
  return expected;
}

fs::path folder() { return fs::path(AZUD_SOURCE_DIR) / "tests/sql"; }

class SqlGolden : public testing::TestWithParam<std::string> {};

TEST_P(SqlGolden, is_the_same_in_all_ways) {
  const fs::path path = folder() / (GetParam() + ".test");
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  std::vector<GoldenCase> cases = parse_golden(text.str());
  for (GoldenCase& one : cases) {
    if (const std::string why = differs(one); !why.empty()) {
      Differing::cases.push_back(GetParam() + ":" + why);
      const auto out = run_case(one, disturbances().front(), seed);
      bool same = out.size() == one.steps.size();
      for (std::size_t i = 0; same && i < out.size(); ++i) same = difference(one.steps[i].expected, out[i]).empty();
      if (same) ADD_FAILURE() << "it does not differ any more, its mark can go:\n" << one.sql;
      continue;
    }
    if (update_files) {
      const auto out = run_case(one, disturbances().front(), seed);
      for (std::size_t i = 0; i < one.steps.size(); ++i)
        one.steps[i].expected = i < out.size() ? out[i] : std::vector<std::string>();
    }
    if (update_own_lines) {
      const auto out = run_case(one, disturbances().front(), seed);
      for (std::size_t i = 0; i < one.steps.size() && i < out.size(); ++i)
        one.steps[i].expected = with_own_lines(std::move(one.steps[i].expected), out[i]);
    }
    for (const Disturbance& how : disturbances()) {
      const auto out = run_case(one, how, seed);
      for (std::size_t i = 0; i < one.steps.size(); ++i) {
        const std::string other = difference(one.steps[i].expected, i < out.size() ? out[i] : Changelog());
        if (!other.empty()) ADD_FAILURE() << how.name << ", step " << i + 1 << " of\n" << one.sql << other;
      }
    }
  }
  if (update_files || update_own_lines) std::ofstream(path) << to_text(cases);
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

void watch_differing() { testing::AddGlobalTestEnvironment(new Differing); }

void set_option(const char* word) {
  update_files |= std::strcmp(word, "--update") == 0;
  update_own_lines |= std::strcmp(word, "--update-own") == 0;
}

}  // namespace azud::engine

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) azud::engine::set_option(argv[i]);
  azud::engine::watch_differing();
  return RUN_ALL_TESTS();
}
