// Flink's own test programs on azud: azud_flink_programs FILE.jsonl [REGEX]. A tab-separated line a program that needs
// only SQL: class, field, how it went, detail. tests/flink_programs/run counts them.

#include <cstring>
#include <fstream>
#include <iostream>
#include <regex>

#include <sys/wait.h>
#include <unistd.h>

#include "flink_program.h"

namespace azud::engine {
namespace {

constexpr unsigned time_limit_s = 20;

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

/// How it went and the detail, of a run in a process of its own: one that crashes or never ends says so.
std::string line_of(const nlohmann::json& program) {
  int ends[2];
  if (pipe(ends) != 0) return "failed\tno pipe";
  const pid_t child = fork();
  if (child == 0) {
    alarm(time_limit_s);
    const ProgramResult result = run_program(program, "one row at a time");
    const std::string text = std::string(to_text(result.kind)) + '\t' + one_line(result.detail);
    const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char piece[4096];
  for (ssize_t got = 0; (got = read(ends[0], piece, sizeof piece)) > 0;) text.append(piece, static_cast<size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return std::string("failed\tended by signal ") + strsignal(WTERMSIG(status));
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
    std::cout << name << '\t' << field << '\t' << line_of(program) << std::endl;
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
