#pragma once

#include <vector>

#include "sql/plan/function.h"
#include "stream/eval/kernel.h"

namespace azud::stream {

/// How a function may be treated by those who call it.
struct FunctionTraits {
  bool strict = true;     ///< NULL if any argument is NULL
  bool fallible = false;  ///< may fail the job: only for rows that are really asked for
  bool costly = false;    ///< worth narrowing the rows first
  bool collects = false;  ///< the result holds what all arguments hold
};

struct FunctionEntry {
  using Make = Result<Kernel> (*)(const sql::Expression&, const EvalSettings&);
  using Plain = Result<data::ColumnPtr> (*)(Call&);
  Make make = nullptr;
  Plain plain = nullptr;
  FunctionTraits traits;
};

/// The scalar functions by id. Filled once by the families (comparison.cpp, text.cpp …), then read by all threads.
class FunctionTable {
 public:
  static const FunctionTable& instance();

  /// Null if azud does not have the function.
  const FunctionEntry* find(sql::Function function) const;

  void add(sql::Function function, FunctionEntry::Plain plain, FunctionTraits traits = {});
  void add(sql::Function function, FunctionEntry::Make make, FunctionTraits traits = {});

 private:
  FunctionTable();
  FunctionEntry& slot(sql::Function function);
  std::vector<FunctionEntry> entries_;
};

// The families, one a file.
void add_comparison_functions(FunctionTable& table);
void add_logic_functions(FunctionTable& table);
void add_arithmetic_functions(FunctionTable& table);
void add_math_functions(FunctionTable& table);
void add_cast_functions(FunctionTable& table);
void add_text_functions(FunctionTable& table);
void add_text_search_functions(FunctionTable& table);
void add_pattern_functions(FunctionTable& table);
void add_encoding_functions(FunctionTable& table);
void add_time_functions(FunctionTable& table);
void add_time_text_functions(FunctionTable& table);
void add_collection_functions(FunctionTable& table);
void add_json_functions(FunctionTable& table);

}  // namespace azud::stream
