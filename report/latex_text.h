#pragma once
// Any text as LaTeX source that prints it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// Escapes what LaTeX would take for a command. Characters that its Latin fonts do not have are
/// printed by their number, as [U+4E2D].
std::string latex_text(std::string_view text);
/// The same, with places where a long name may be broken into lines, and cut with an ellipsis where
/// it would print more than so many characters.
std::string latex_breakable(std::string_view text, std::size_t width);

/// A table with rules of booktabs, in the place where it stands (package float).
struct LatexTable {
  std::string caption;  ///< LaTeX source, like all cells
  std::string columns;  ///< "lrr"
  std::vector<std::string> heading;
  std::vector<std::string> units{};            ///< a second line of the heading, or none
  std::vector<std::vector<std::string>> rows;  ///< one without cells is a rule
  std::string size = "footnotesize";           ///< of the letters
};
/// The tabular by itself, without caption and float.
std::string latex_tabular(const LatexTable& table);
std::string latex_table(const LatexTable& table);

}  // namespace deltasim
