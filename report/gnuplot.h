#pragma once
// Pictures are drawn by gnuplot, a program of its own that may not be installed.

#include <filesystem>
#include <string>

namespace deltasim {

/// Runs a script in its own folder and waits for it.
/// @return empty where it went well; otherwise why there is no picture, for the user
std::string run_gnuplot(const std::filesystem::path& script);

}  // namespace deltasim
