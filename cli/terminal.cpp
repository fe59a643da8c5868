#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace deltasim::cli {
namespace {

constexpr int kUsualColumns = 80;

/// Select Graphic Rendition (ECMA-48, 8.3.117).
std::string_view code(Style style) {
  switch (style) {
    case Style::kError:
      return "1;31";
    case Style::kWarning:
      return "33";
    case Style::kGood:
      return "32";
    case Style::kFaint:
      return "2";
    case Style::kBold:
      return "1";
  }
  return "0";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

bool is_terminal(std::FILE* stream) {
  if (isatty(fileno(stream)) != 1) return false;
  const char* kind = std::getenv("TERM");
  return kind != nullptr && std::string_view(kind) != "dumb";
}

bool has_colours(std::FILE* stream) { return !is_set("NO_COLOR") && is_terminal(stream); }

std::string painted(std::FILE* stream, Style style, std::string_view text) {
  if (!has_colours(stream)) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code(style), text);
}

int columns_of(std::FILE* stream) {
  winsize size{};
  if (::ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

void print_error(std::string_view text) {
  fmt::print(stderr, "deltasim: {} {}\n", painted(stderr, Style::kError, "error:"), text);
}

void print_warning(std::string_view text) {
  fmt::print(stderr, "deltasim: {}\n", painted(stderr, Style::kWarning, text));
}

}  // namespace deltasim::cli
