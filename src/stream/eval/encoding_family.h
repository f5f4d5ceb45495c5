#pragma once

namespace azud::stream {

class FunctionTable;

// What add_encoding_functions and add_json_functions add from files of their own.
void add_charset_functions(FunctionTable& table);
void add_digest_functions(FunctionTable& table);
void add_printf_function(FunctionTable& table);
void add_json_making_functions(FunctionTable& table);

}  // namespace azud::stream
