#pragma once
// What is said of a command line that is wrong. CLI11 calls everything that it does not know an
// unexpected argument; here it is named for what it is, with what was probably meant.

#include <span>
#include <string>

namespace CLI {
class App;
}

namespace deltasim::cli {

/// Looks at the words before CLI11 does.
/// @param words of the command line, without the program's name
/// @throws ConfigError for an unknown command, and for a long option with one dash ("-out", which
///         would pass for "-o ut")
void check_words(const CLI::App& app, std::span<const std::string> words);

/// Every word that was left over when the line had been parsed, a line each, with what is near.
/// @throws ConfigError if there is one
void refuse_leftovers(const CLI::App& app);

/// The command that was chosen, as it is typed: "deltasim trace record".
std::string chosen_command(const CLI::App& app);

}  // namespace deltasim::cli
