#pragma once
// Shell completion. The scripts ask the program at every key press what may follow, so that they
// never know less or more than it does.

#include <span>
#include <string>
#include <vector>

#include "cli/command_tree.h"
#include "cli/value_kinds.h"

namespace deltasim::cli {

struct Candidate {
  std::string text;  ///< of an option's value the value alone, even in "--option=value"
  std::string description{};
};

struct Completion {
  std::vector<Candidate> candidates;  ///< all begin with what was typed
  FileRule files{};                   ///< which files may stand there as well
};

/// What may stand in place of the last word.
/// @param words up to the cursor, without the program's name; the last may be empty. Bash takes
///        "--out=x" apart into "--out", "=" and "x", and "a:b" as well; both forms are understood
Completion complete(const CommandInfo& root, std::span<const std::string> words);

/// What the scripts read: a line "none", "folders", "files" or "files yaml yml" of the files, then
/// a candidate a line, with its description behind a tab.
std::string completion_text(const Completion& completion);

/// For `source <(deltasim completion bash)`, or a file of that content.
std::string bash_completion_script(const std::string& program);
/// For a file _deltasim in a folder of $fpath, or to be sourced behind compinit.
std::string zsh_completion_script(const std::string& program);

}  // namespace deltasim::cli
