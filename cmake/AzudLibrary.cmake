# One folder under src/ is one static library; this is the only way to make one.
#
#   azud_library(NAME SOURCES a.cpp … [TESTS a_test.cpp …] [DEPS azud::base …] [TEST_DEPS …])
#
# DEPS are public: what a folder may include is what it links (src/README.md has the table, scripts/style checks the
# #include lines). All unit tests of a folder are one program, azud_NAME_tests, so that gtest is linked once a folder.

add_library(azud_flags INTERFACE)
target_compile_features(azud_flags INTERFACE cxx_std_23)
target_include_directories(azud_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(azud_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wno-missing-field-initializers -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(azud_flags INTERFACE -Wthread-safety)
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
  target_compile_options(azud_flags INTERFACE -march=x86-64-v2)
endif()
if(AZUD_SANITIZE)
  target_compile_options(azud_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(azud_flags INTERFACE -fsanitize=address,undefined)
elseif(AZUD_THREAD_SANITIZE)
  target_compile_options(azud_flags INTERFACE -fsanitize=thread)
  target_link_options(azud_flags INTERFACE -fsanitize=thread)
endif()
find_program(AZUD_MOLD mold)
if(AZUD_MOLD)
  target_link_options(azud_flags INTERFACE -fuse-ld=mold)
endif()

function(azud_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;DEPS;TEST_DEPS" ${ARGN})
  string(REPLACE "/" "_" TARGET "azud_${NAME}")
  add_library(${TARGET} STATIC ${ARG_SOURCES})
  add_library(azud::${NAME} ALIAS ${TARGET})
  target_link_libraries(${TARGET} PUBLIC azud_flags ${ARG_DEPS})
  if(ARG_TESTS AND AZUD_TESTS)
    add_executable(${TARGET}_tests ${ARG_TESTS})
    target_link_libraries(${TARGET}_tests PRIVATE ${TARGET} ${ARG_TEST_DEPS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${TARGET}_tests PRIVATE AZUD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${TARGET} COMMAND ${TARGET}_tests)
  endif()
endfunction()
