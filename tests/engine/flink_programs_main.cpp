// Flink's own test programs on azud: azud_flink_programs FILE.jsonl [REGEX]. A tab-separated line a program that needs
// only SQL: class, field, how it went, detail. tests/flink_programs/run counts them.

#include <fstream>
#include <iostream>
#include <regex>

#include "flink_program.h"

namespace azud::engine {
namespace {

const char* to_text(ProgramResult::Kind kind) {
  switch (kind) {
    case ProgramResult::Kind::passed: return "passed";
    case ProgramResult::Kind::folded: return "folded";
    case ProgramResult::Kind::refused: return "refused";
    case ProgramResult::Kind::lacking: return "lacking";
    case ProgramResult::Kind::different: return "different";
    case ProgramResult::Kind::failed: return "failed";
  }
  return "?";
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\t') c = c == '\n' ? '|' : ' ';
  return text;
}

int run(const char* file, const std::string& pattern) {
  std::ifstream in(file);
  if (!in) {
    std::cerr << "cannot read " << file << "\n";
    return 2;
  }
  const std::regex wanted(pattern);
  for (std::string line; std::getline(in, line);) {
    const auto program = nlohmann::json::parse(line);
    std::string name = program["class"].get<std::string>();
    name = name.substr(name.rfind('.') + 1);
    const std::string field = program["field"];
    if (!program["sqlOnly"].get<bool>() || !std::regex_search(name + "." + field, wanted)) continue;
    const ProgramResult result = run_program(program, "one row at a time");
    std::cout << name << '\t' << field << '\t' << to_text(result.kind) << '\t' << one_line(result.detail) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace azud::engine

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "azud_flink_programs FILE.jsonl [REGEX]\n";
    return 2;
  }
  return azud::engine::run(argv[1], argc > 2 ? argv[2] : ".*");
}
