# deltasim_embed(<target> <header> <symbol=file>...) turns files into byte arrays of the program, for
# the header that declares, in namespace deltasim::embedded, an extern const std::string_view a symbol.
# A changed file configures again.
function(deltasim_embed target header)
  set(definitions "")
  foreach(pair IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.+)$" ok "${pair}")
    set(symbol "${CMAKE_MATCH_1}")
    set(file "${CMAKE_MATCH_2}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND definitions
      "static const unsigned char ${symbol}_bytes[] = {\n${bytes}0};\n"
      "const std::string_view ${symbol}(reinterpret_cast<const char*>(${symbol}_bytes), sizeof(${symbol}_bytes) - 1);\n")
  endforeach()
  get_filename_component(name "${header}" NAME_WE)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT
    "#include \"${header}\"\nnamespace deltasim::embedded {\n${definitions}}\n" @ONLY)
  target_sources(${target} PRIVATE "${source}")
endfunction()
