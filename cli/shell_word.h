#pragma once
// Words of a command that a result names, so that it can be given again.

#include <string>

namespace deltasim::cli {

/// As a POSIX shell reads it back.
std::string shell_word(const std::string& word);

}  // namespace deltasim::cli
