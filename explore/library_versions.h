#pragma once
// Libraries of the exploration.

#include <vector>

#include "arch/library_versions.h"

namespace deltasim {

std::vector<LibraryVersion> exploration_libraries();

}  // namespace deltasim
