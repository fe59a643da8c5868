#pragma once
// Libraries of the simulator.

#include <vector>

#include "arch/library_versions.h"

namespace deltasim {

std::vector<LibraryVersion> simulator_libraries();

}  // namespace deltasim
