# Files inside the program.
#
#   azud_embed(TARGET BASE folder FUNCTION azud::area::name FILES a b/c …)
#
# makes `std::span<const azud::EmbeddedFile> azud::area::name()` a part of TARGET; you declare it in a header of yours. FILES are
# relative to BASE. The bytes go in by the assembler's .incbin, so that large files cost no compile time.

function(azud_embed TARGET)
  cmake_parse_arguments(ARG "" "BASE;FUNCTION" "FILES" ${ARGN})
  set(ASSEMBLY "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}_files.S")
  set(TABLE "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}_files.cpp")
  set(LABELS "")
  set(EXTERNS "")
  set(ROWS "")
  set(PATHS "")
  set(NUMBER 0)
  foreach(FILE IN LISTS ARG_FILES)
    set(LABEL "${TARGET}_file_${NUMBER}")
    list(APPEND PATHS "${ARG_BASE}/${FILE}")
    string(APPEND LABELS "  .global ${LABEL}\n  .global ${LABEL}_end\n${LABEL}:\n  .incbin \"${ARG_BASE}/${FILE}\"\n${LABEL}_end:\n  .byte 0\n")
    string(APPEND EXTERNS "extern const char ${LABEL}[];\nextern const char ${LABEL}_end[];\n")
    string(APPEND ROWS "      azud::EmbeddedFile{\"${FILE}\", {${LABEL}, ${LABEL}_end}},\n")
    math(EXPR NUMBER "${NUMBER} + 1")
  endforeach()
  string(REGEX REPLACE "::[a-z_]+$" "" NAMESPACE "${ARG_FUNCTION}")
  string(REGEX REPLACE "^.*::" "" FUNCTION "${ARG_FUNCTION}")
  file(CONFIGURE OUTPUT "${ASSEMBLY}" CONTENT "  .section .rodata\n${LABELS}  .section .note.GNU-stack,\"\",%progbits\n" @ONLY)
  file(CONFIGURE OUTPUT "${TABLE}" CONTENT "#include <array>
#include <span>

#include \"base/embedded_file.h\"

extern \"C\" {
${EXTERNS}}

namespace ${NAMESPACE} {

std::span<const azud::EmbeddedFile> ${FUNCTION}() {
  static const std::array files = {
${ROWS}  };
  return files;
}

}  // namespace ${NAMESPACE}
" @ONLY)
  set_source_files_properties("${ASSEMBLY}" PROPERTIES OBJECT_DEPENDS "${PATHS}")
  target_sources(${TARGET} PRIVATE "${ASSEMBLY}" "${TABLE}")
endfunction()
