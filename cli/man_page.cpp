#include "cli/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/reference_text.h"

namespace deltasim::cli {
namespace {

/// Text as roff shows it to the letter.
std::string roff(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";  // a hyphen of the typesetter cannot be copied into a shell
    } else {
      result += c;
    }
  }
  return result;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", roff(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", roff(text)); }

std::string heading(std::string title) {
  std::ranges::transform(title, title.begin(), [](unsigned char c) { return std::toupper(c); });
  return fmt::format(".SH {}\n", roff(title));
}

/// `text` behind a term that stands at the left.
std::string entry(const std::string& term, std::string_view text) {
  return fmt::format(".TP\n{}\n{}\n", term, roff(text));
}

std::string option_term(const OptionInfo& option) {
  std::string term;
  for (const std::string& name : option.names) {
    if (!term.empty()) term += ", ";
    term += option.positional ? italic(name) : bold(name);
  }
  if (!option.positional && !option.value.empty()) term += " " + italic(option.value);
  return term;
}

std::string option_text(const OptionInfo& option) {
  return option.description + (option.required ? " (required)" : "");
}

std::string positional_text(const OptionInfo& option) {
  const std::string text = italic(option.names.front()) + (option.repeated ? " ..." : "");
  return option.required ? text : "[" + text + "]";
}

std::string usage(const CommandInfo& command) {
  std::string text = bold(command.path);
  if (!command.options.empty()) text += " [" + italic("OPTIONS") + "]";
  for (const OptionInfo& positional : command.positionals)
    text += " " + positional_text(positional);
  return text;
}

std::string options_of(const CommandInfo& command) {
  std::string text;
  for (const auto* list : {&command.positionals, &command.options}) {
    for (const OptionInfo& option : *list) {
      if (option.names.back() == "--help") continue;  // every command has it
      text += entry(option_term(option), option_text(option));
    }
  }
  return text;
}

/// Commands that only group others have no section of their own.
std::string commands_of(const CommandInfo& command) {
  std::string text;
  for (const CommandInfo& sub : command.commands) {
    if (sub.commands.empty()) {
      text +=
          fmt::format(".SS {}\n{}\n.PP\n{}.\n", roff(sub.path), usage(sub), roff(sub.description));
      text += options_of(sub);
    }
    text += commands_of(sub);
  }
  return text;
}

std::string common_options(const CommandInfo& root) {
  std::string text = heading("Options") + "Every command takes these.\n";
  for (const OptionInfo& option : root.options) {
    text += entry(option_term(option), option_text(option));
  }
  return text;
}

}  // namespace

std::string man_page(const CommandInfo& root, const std::string& version) {
  std::string text = fmt::format(
      ".\\\" Made by `{0} man`; do not edit.\n"
      ".TH DELTASIM 1 \"\" \"{0} {1}\" \"User Commands\"\n"
      ".nh\n",
      root.name, version);
  text += heading("Name") + fmt::format(
                                "{} \\- simulate accelerators of temporally sparse "
                                "networks\n",
                                roff(root.name));
  text += heading("Synopsis") +
          fmt::format("{} {} [{}]\n", bold(root.name), italic("COMMAND"), italic("OPTIONS"));
  text += heading("Description") + roff(root.description) + "\n";
  text += common_options(root) + heading("Commands") + commands_of(root);
  for (const ReferenceSection& section : reference_sections()) {
    text += heading(section.title);
    for (const ReferenceEntry& line : section.entries) text += entry(bold(line.term), line.text);
  }
  return text;
}

}  // namespace deltasim::cli
