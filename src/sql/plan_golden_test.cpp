// Every tests/plan/*.test: SQL in, what it comes to out. A file is one session; its cases are divided by lines of
// "====", and in a case a line of "----" stands between the statements and what is expected of them: plans, listings,
// the first error. `azud_sql_tests --update` writes what came out into the files instead of comparing.

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "sql/explain/explain.h"
#include "sql/session.h"
#include "sql/syntax/parser.h"

namespace azud::sql {
namespace {

namespace fs = std::filesystem;

bool update_files = false;

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> split(const std::string& text, const std::string& line) {
  std::vector<std::string> parts(1);
  std::istringstream in(text);
  for (std::string each; std::getline(in, each);) {
    if (each == line)
      parts.emplace_back();
    else
      parts.back() += each + "\n";
  }
  return parts;
}

std::string show(const Outcome& outcome) {
  std::string out;
  for (const std::string& notice : outcome.notices) out += "notice: " + notice + "\n";
  if (const auto* plan = std::get_if<PhysicalPlan>(&outcome.result)) out += to_text(*plan);
  if (const auto* listing = std::get_if<Listing>(&outcome.result)) {
    for (const auto& row : listing->rows) {
      std::string line;
      for (const std::string& cell : row) line += (&cell == row.data() ? "" : " | ") + cell;
      out += line;
      if (!line.ends_with('\n')) out += "\n";
    }
  }
  return out;
}

/// Names of nodes change with everything below them; what matters of them is tested where they are made.
std::string without_ids(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (const std::size_t id = line.find("    id ");
        id != std::string::npos && line.find(", changes ") != std::string::npos)
      line = line.substr(0, id + 4) + line.substr(line.find("changes "));
    out += line + "\n";
  }
  return out;
}

std::string run(Session& session, const std::string& sql) {
  const auto statements = parse_script(std::make_shared<const Source>("", sql));
  if (!statements) return "error: " + statements.error().to_text() + "\n";
  std::string out;
  for (const ast::Statement& statement : *statements) {
    const Result<Outcome> outcome = session.execute(statement);
    if (!outcome) return out + "error: " + outcome.error().to_text() + "\n";
    out += show(*outcome);
  }
  return without_ids(out);
}

class PlanGolden : public testing::TestWithParam<std::string> {};

TEST_P(PlanGolden, comes_out_as_written) {
  const fs::path path = fs::path(AZUD_SOURCE_DIR) / "tests/plan" / (GetParam() + ".test");
  Session session;
  std::string written;
  for (const std::string& part : split(read_file(path), "====")) {
    const std::vector<std::string> halves = split(part, "----");
    std::string sql = halves[0];
    const std::string expected = halves.size() > 1 ? halves[1] : "";
    const std::string got = run(session, sql);
    written += (written.empty() ? "" : "====\n") + sql + "----\n" + got;
    if (!update_files) {
      EXPECT_EQ(got, expected) << sql;
    }
  }
  if (update_files) std::ofstream(path) << written;
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(AZUD_SOURCE_DIR) / "tests/plan"))
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, PlanGolden, testing::ValuesIn(files()), [](const auto& param) {
  std::string name = param.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace azud::sql

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--update") == 0) azud::sql::update_files = true;
  return RUN_ALL_TESTS();
}
