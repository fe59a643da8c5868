#pragma once
// The manual page, from what the help is made of.

#include <string>

#include "cli/command_tree.h"

namespace deltasim::cli {

/// deltasim(1) in the language of man(7).
std::string man_page(const CommandInfo& root, const std::string& version);

}  // namespace deltasim::cli
