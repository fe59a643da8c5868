#pragma once
// Which machine this is.

#include <string>

namespace deltasim {

/// As gethostname() has it.
std::string host_name();

}  // namespace deltasim
