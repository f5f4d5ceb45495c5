#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine.h"

namespace azud::engine {

/// One case of a tests/sql/*.test file (tests/sql/README.md): statements, then a script that feeds rows and tells what
/// is written.
struct GoldenCase {
  struct Step {
    std::vector<std::string> lines;     ///< feeds and directives, as written
    std::vector<std::string> expected;  ///< after "=>", up to the next feed
  };
  std::string sql;  ///< with its comments
  std::vector<Step> steps;
};

std::vector<GoldenCase> parse_golden(const std::string& text);
std::string to_text(const std::vector<GoldenCase>& cases);

/// Runs the case; the lines that stand after each "=>". The first error ends it: "error: …".
std::vector<std::vector<std::string>> run_case(const GoldenCase& one, const Disturbance& how, uint32_t seed);

}  // namespace azud::engine
