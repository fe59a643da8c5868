#pragma once
// What the help's end and the man page tell beside the commands.

#include <string>
#include <vector>

namespace deltasim::cli {

struct ReferenceEntry {
  std::string term, text;
};
struct ReferenceSection {
  std::string title;
  std::vector<ReferenceEntry> entries;
};

/// Exit status, environment, files, examples.
const std::vector<ReferenceSection>& reference_sections();

/// Them as the end of `deltasim --help`.
std::string reference_footer();

}  // namespace deltasim::cli
