#pragma once
// Words of commands that results and scripts hold.

#include <string>

namespace deltasim {

/// As a POSIX shell reads it back.
std::string shell_word(const std::string& word);

}  // namespace deltasim
