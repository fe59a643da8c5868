#pragma once
// What can be shown where the output goes: colours and the width of a line.

#include <cstdio>
#include <string>
#include <string_view>

namespace deltasim::cli {

enum class Style { kError, kWarning, kGood, kFaint, kBold };

/// Whether `stream` is a terminal that understands escape sequences (TERM is not "dumb").
bool is_terminal(std::FILE* stream);

/// Colours are for terminals only, and for none where $NO_COLOR is set and not empty
/// (https://no-color.org).
bool has_colours(std::FILE* stream);

/// `text` in the style where `stream` has colours, else as it is.
std::string painted(std::FILE* stream, Style style, std::string_view text);

/// Columns of the terminal behind `stream`; 80 where that is not known.
int columns_of(std::FILE* stream);

/// "deltasim: error: text" on standard error.
void print_error(std::string_view text);
/// "deltasim: text" on standard error: what the user should see, although the command goes on.
void print_warning(std::string_view text);

}  // namespace deltasim::cli
