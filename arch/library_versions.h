#pragma once
// Versions of the libraries that a folder is built on. Each folder tells of its own.

#include <string>
#include <vector>

namespace deltasim {

struct LibraryVersion {
  std::string name;
  std::string built;     ///< of its header, at compile time
  std::string loaded{};  ///< of the library in memory; empty where it does not say
};

/// Of arch/.
std::vector<LibraryVersion> arch_libraries();

}  // namespace deltasim
