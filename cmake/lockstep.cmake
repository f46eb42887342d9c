# SPDX-License-Identifier: Apache-2.0
# One call per folder: lockstep_library(NAME SOURCES … HEADERS … DEPS … TESTS … [LABELS …]).
#
# DEPS are the arrows of the picture in ARCHITECTURE.md; `./dev tidy` checks that the #include lines agree.
# TESTS are files with GoogleTest cases; they become one program, NAME_test, and each case one ctest test.

set(lockstep_warnings
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wswitch-enum -Wcast-qual -Wformat=2
  # A value named by some of its members takes its defaults for the others, and means to.
  -Wno-missing-field-initializers)

add_library(lockstep_options INTERFACE)
target_include_directories(lockstep_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(lockstep_options INTERFACE ${lockstep_warnings})
if(LOCKSTEP_SANITIZE)
  target_compile_options(lockstep_options INTERFACE
    -fsanitize=${LOCKSTEP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(lockstep_options INTERFACE -fsanitize=${LOCKSTEP_SANITIZE})
endif()

function(lockstep_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;DEPS;PRIVATE_DEPS;TESTS;TEST_DEPS;LABELS" ${ARGN})
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC lockstep_options ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${arg_HEADERS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE lockstep_options ${arg_DEPS})
    target_sources(${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${arg_HEADERS})
  endif()
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  if(arg_TESTS AND LOCKSTEP_TESTS)
    lockstep_test(${name}_test SOURCES ${arg_TESTS} DEPS ${name} ${arg_TEST_DEPS} LABELS ${arg_LABELS})
  endif()
endfunction()

# What the thread sanitizer's build is made for: the programs labelled "concurrency".
add_custom_target(concurrency_tests)

# lockstep_test(NAME SOURCES … DEPS … [LABELS …] [WHOLE]): a GoogleTest program whose cases ctest runs
# one by one; with WHOLE all in one process, for what takes long to start (a database server).
function(lockstep_test name)
  cmake_parse_arguments(arg "WHOLE" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE lockstep_options ${arg_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE LOCKSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if("concurrency" IN_LIST arg_LABELS)
    add_dependencies(concurrency_tests ${name})
  endif()
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${arg_LABELS}")
endfunction()
