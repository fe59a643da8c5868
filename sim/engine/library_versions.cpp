#include "sim/engine/library_versions.h"

#include <fmt/format.h>

#include <systemc>

namespace deltasim {

std::vector<LibraryVersion> simulator_libraries() {
  return {{"SystemC", fmt::format("{}.{}.{}", SC_VERSION_MAJOR, SC_VERSION_MINOR, SC_VERSION_PATCH),
           fmt::format("{}.{}.{}", sc_core::sc_version_major, sc_core::sc_version_minor,
                       sc_core::sc_version_patch)}};
}

}  // namespace deltasim
