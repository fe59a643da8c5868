#pragma once
// The commands and their options as plain values, read from the parser: help, man page and shell
// completion then tell the same.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace deltasim::cli {

struct OptionInfo {
  std::vector<std::string> names;  ///< "-o", "--out"; of a positional its name alone
  bool positional = false;
  std::string value;  ///< what it takes, as the help shows it; empty: a flag
  std::string description;
  bool required = false;
  bool repeated = false;  ///< may be given more than once

  /// `value` without what limits it: "INT" of "INT in [1 - 9]".
  std::string type() const { return value.substr(0, value.find_first_of(": ")); }
};

struct CommandInfo {
  std::string name;
  std::string path;  ///< as it is typed: "deltasim trace record"
  std::string description;
  std::vector<OptionInfo> options;      ///< its own; a command takes those above it as well
  std::vector<OptionInfo> positionals;  ///< in order
  std::vector<CommandInfo> commands;

  const CommandInfo* command(const std::string& name) const;
};

/// Of what the help shows.
CommandInfo command_tree(const CLI::App& app);

}  // namespace deltasim::cli
