# Rules shared by every target: language level, warnings, sanitizers, tests.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_library(deltasim_options INTERFACE)
target_compile_features(deltasim_options INTERFACE cxx_std_20)
target_compile_options(deltasim_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion -Wno-missing-field-initializers $<$<BOOL:${DELTASIM_WERROR}>:-Werror>)
# GCC 12 warns about a copy that cannot happen where std::string grows (GCC bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(deltasim_options INTERFACE -Wno-restrict)
endif()
# Counting bits is the inner loop of every trace; x86-64-v2 (any PC since 2009) has the popcount
# instruction. It has no fused multiply-add, so that floating-point results stay as they are.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(DELTASIM_CPU "x86-64-v2" CACHE STRING "CPU to build for, as in -march=")
  target_compile_options(deltasim_options INTERFACE -march=${DELTASIM_CPU})
endif()
if(DELTASIM_SANITIZE)
  target_compile_options(deltasim_options INTERFACE -fsanitize=${DELTASIM_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(deltasim_options INTERFACE -fsanitize=${DELTASIM_SANITIZE})
endif()

# deltasim_add_library(<folder> SOURCES ... PUBLIC ... PRIVATE ...) makes deltasim_<folder> and
# its alias deltasim::<folder>. Headers are included from the project's root: "arch/bitmap.h".
function(deltasim_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(deltasim_${name} STATIC ${ARG_SOURCES})
  add_library(deltasim::${name} ALIAS deltasim_${name})
  target_include_directories(deltasim_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(deltasim_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} deltasim_options)
endfunction()

# deltasim_add_tests(<folder> SOURCES a_test.cpp ... DATA_SOURCES b_test.cpp ... LIBRARIES ...)
# builds one executable a folder and registers one CTest entry a file: each file holds one
# BOOST_AUTO_TEST_SUITE named as the file. DATA_SOURCES need the reference data; where it is
# absent they print "SKIPPED: <what>" and CTest lists them as skipped, by name.
function(deltasim_add_tests folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DATA_SOURCES;LIBRARIES" ${ARGN})
  add_executable(test_${folder} ${ARG_SOURCES} ${ARG_DATA_SOURCES})
  target_link_libraries(test_${folder} PRIVATE ${ARG_LIBRARIES} deltasim::test_support deltasim_options)
  foreach(source IN LISTS ARG_SOURCES ARG_DATA_SOURCES)
    get_filename_component(suite "${source}" NAME_WE)
    add_test(NAME ${folder}.${suite} COMMAND test_${folder} --run_test=${suite} --log_level=test_suite)
    set_tests_properties(${folder}.${suite} PROPERTIES LABELS ${folder}
      ENVIRONMENT "DELTASIM_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
  endforeach()
  foreach(source IN LISTS ARG_DATA_SOURCES)
    get_filename_component(suite "${source}" NAME_WE)
    set_tests_properties(${folder}.${suite} PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED:")
  endforeach()
endfunction()

# deltasim_add_simulation_tests(<name> SOURCE a_test.cpp LIBRARIES ...) builds one executable and
# registers every case of the file by itself: SystemC elaborates once a process. A warning or error
# of its kernel fails the case.
function(deltasim_add_simulation_tests name)
  cmake_parse_arguments(ARG "" "SOURCE" "LIBRARIES" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCE})
  target_link_libraries(test_${name} PRIVATE ${ARG_LIBRARIES} deltasim::test_support deltasim_options)
  get_filename_component(suite "${ARG_SOURCE}" NAME_WE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${ARG_SOURCE}")
  file(STRINGS "${ARG_SOURCE}" declarations REGEX "^BOOST_AUTO_TEST_CASE")
  foreach(declaration IN LISTS declarations)
    string(REGEX REPLACE "BOOST_AUTO_TEST_CASE\\(([a-z0-9_]+)\\).*" "\\1" case "${declaration}")
    add_test(NAME ${name}.${case} COMMAND test_${name} --run_test=${suite}/${case})
    set_tests_properties(${name}.${case} PROPERTIES LABELS ${name}
      FAIL_REGULAR_EXPRESSION "Warning: \\(W[0-9]+\\);Error: \\(E[0-9]+\\)"
      ENVIRONMENT "DELTASIM_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
  endforeach()
endfunction()
