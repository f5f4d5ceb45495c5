// Any text as SQL: it is cut into statements, and each parses or is an error with a place in the text.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "sql/syntax/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace azud::sql;
  const auto source =
      std::make_shared<const Source>("fuzz.sql", std::string(reinterpret_cast<const char*>(data), size));
  (void)divide_statements(*source);
  const auto statements = parse_script(source);
  if (!statements && statements.error().message().empty()) std::abort();
  return 0;
}
