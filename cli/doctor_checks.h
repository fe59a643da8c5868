#pragma once
// What `deltasim doctor` looks at, as plain values.

#include <string>
#include <vector>

#include "arch/library_versions.h"

namespace deltasim::cli {

enum class Health {
  kGood,
  kTold,     ///< a fact, neither good nor bad
  kMissing,  ///< something works less well without it
  kBad       ///< deltasim does not work so
};
/// "ok", "", "missing", "fault"
std::string_view to_string(Health health);

struct Finding {
  Health health = Health::kTold;
  std::string name, text;
};
struct Findings {
  std::string title;
  std::vector<Finding> entries;
};

/// Compiler, kind of build and processor family, in one line.
std::string build_text();
/// Of every library, in the order of the folders.
std::vector<LibraryVersion> all_libraries();

Findings check_machine();
Findings check_files();
Findings check_libraries();
/// Programs that are run, or that read what is written.
Findings check_programs();
/// Measures: about a second.
/// @param cores processes at a time
Findings check_machine_speed(int cores);

}  // namespace deltasim::cli
