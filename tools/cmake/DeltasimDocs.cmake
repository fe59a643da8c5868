# Target `docs`: the interfaces and documents as HTML. Without doxygen there is no such target, and
# nothing else changes.
find_program(DELTASIM_DOXYGEN doxygen)
mark_as_advanced(DELTASIM_DOXYGEN)
if(NOT DELTASIM_DOXYGEN)
  return()
endif()

set(inputs README.md CONTRIBUTING.md CHANGELOG.md docs arch workloads traces energy sim report explore cli)
list(TRANSFORM inputs PREPEND "\"${PROJECT_SOURCE_DIR}/")
list(TRANSFORM inputs APPEND "\"")
list(JOIN inputs " " DELTASIM_DOCS_INPUT)
configure_file("${PROJECT_SOURCE_DIR}/docs/Doxyfile.in" "${CMAKE_CURRENT_BINARY_DIR}/Doxyfile" @ONLY)

add_custom_target(docs
  COMMAND ${CMAKE_COMMAND} -E make_directory "${CMAKE_CURRENT_BINARY_DIR}/docs"
  COMMAND "${DELTASIM_DOXYGEN}" "${CMAKE_CURRENT_BINARY_DIR}/Doxyfile"
  COMMENT "Rendering docs/html; warnings go to docs/warnings.txt"
  VERBATIM)
