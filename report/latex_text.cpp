#include "report/latex_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace deltasim {
namespace {

/// One character of UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

/// U+FFFD, one byte long, where there is no UTF-8.
Character next_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < bytes) return {0xFFFD, 1};
  std::uint32_t code = byte(0) & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0xFFFD, 1};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  return {code, bytes};
}

std::string ascii(char c) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '~':
      return "\\textasciitilde{}";
    case '^':
      return "\\textasciicircum{}";
    case '<':
      return "\\textless{}";
    case '>':
      return "\\textgreater{}";
    case '|':
      return "\\textbar{}";
    case '"':
      return "\\textquotedbl{}";
    case '\'':
      return "\\textquotesingle{}";
    case '`':
      return "{\\char0}";  // of T1; no Type 1 font of TS1 has it
    case '-':
      return "{-}";  // no ligatures: what is in a name is printed as it is
    case '{':
    case '}':
    case '$':
    case '&':
    case '#':
    case '_':
    case '%':
      return std::string("\\") + c;
    default:
      return std::string(1, static_cast<unsigned char>(c) < ' ' || c == 0x7F ? ' ' : c);
  }
}

/// Of Latin-1, what Times has in the encodings T1 and TS1; not the accents that stand alone.
bool has_glyph(std::uint32_t code) {
  constexpr std::array<std::uint32_t, 4> kNone{0xA8, 0xAD, 0xAF, 0xB4};
  return code > 0xA0 && code <= 0xFF && std::ranges::find(kNone, code) == kNone.end();
}

std::string source_of(Character character, std::string_view text) {
  if (character.code < 0x80) return ascii(text.front());
  if (character.code == 0x2026) return "\\ldots{}";
  if (has_glyph(character.code)) {
    return std::string(text.substr(0, character.bytes));
  }
  return fmt::format("[U+{:04X}]", character.code);
}

/// Characters that are printed for one.
std::size_t width_of(Character character) {
  return character.code < 0x80 || character.code == 0x2026 || has_glyph(character.code) ? 1 : 8;
}

}  // namespace

std::string latex_text(std::string_view text) {
  std::string source;
  while (!text.empty()) {
    const Character character = next_character(text);
    source += source_of(character, text);
    text.remove_prefix(character.bytes);
  }
  return source;
}

std::string latex_breakable(std::string_view text, std::size_t width) {
  constexpr std::size_t kLongestRun = 12;
  constexpr std::string_view kBreakBehind = "/_.:,=-";
  std::string source;
  std::size_t run = 0, printed = 0;
  while (!text.empty()) {
    const Character character = next_character(text);
    printed += width_of(character);
    if (printed > width) return source + "\\ldots{}";
    source += source_of(character, text);
    run = text.front() == ' ' ? 0 : run + width_of(character);
    if (run >= kLongestRun || kBreakBehind.find(text.front()) != std::string_view::npos) {
      source += "\\allowbreak{}";
      run = 0;
    }
    text.remove_prefix(character.bytes);
  }
  return source;
}

std::string latex_tabular(const LatexTable& table) {
  const auto line = [](const std::vector<std::string>& cells) {
    return fmt::format("{} \\\\\n", fmt::join(cells, " & "));
  };
  std::string source =
      fmt::format("\\begin{{tabular}}{{@{{}}{}@{{}}}}\n\\toprule\n", table.columns);
  source += line(table.heading);
  if (!table.units.empty()) source += line(table.units);
  source += "\\midrule\n";
  for (const std::vector<std::string>& row : table.rows) {
    source += row.empty() ? "\\midrule\n" : line(row);
  }
  return source + "\\bottomrule\n\\end{tabular}\n";
}

std::string latex_table(const LatexTable& table) {
  return fmt::format("\\begin{{table}}[H]\n\\centering\\{}\n\\caption{{{}}}\n{}\\end{{table}}\n\n",
                     table.size, table.caption, latex_tabular(table));
}

}  // namespace deltasim
