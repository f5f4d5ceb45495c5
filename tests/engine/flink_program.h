#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace azud::engine {

/// How one of Flink's test programs went on azud.
struct ProgramResult {
  enum class Kind : uint8_t {
    passed,     ///< the same changes, as a bag
    folded,     ///< other changes, the same table in the end, where that is what the program asks for
    refused,    ///< a statement that must fail did
    lacking,    ///< azud says that it does not support something
    different,  ///< other rows
    failed      ///< an error where Flink has none
  };
  Kind kind = Kind::failed;
  std::string detail;  ///< what is lacking, the error, or the difference
};

/// Runs a program of tests/peers/flink_programs.py: rows before, a restart, rows after, end of all sources.
ProgramResult run_program(const nlohmann::json& program, const std::string& way);

}  // namespace azud::engine
