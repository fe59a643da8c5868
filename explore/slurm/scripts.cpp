#include "explore/slurm/scripts.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"
#include "arch/shell_word.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// As sbatch reads it back from a script: it knows quotes, and backslashes within them.
std::string sbatch_quoted(const std::string& value) {
  if (value.find_first_of(" \t\"'\\#") == std::string::npos) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

/// The name of a log, in which % begins a pattern.
std::string log_name(const fs::path& folder, const std::string& name) {
  std::string text;
  for (const char c : folder.string()) text += c == '%' ? std::string("%%") : std::string(1, c);
  return text + "/" + name;
}

std::string option(const std::string& name, const std::string& value) {
  if (std::ranges::any_of(value, [](char c) { return c == '\n' || c == '\r'; })) {
    throw ConfigError("sbatch " + name, "a value of one line is expected");
  }
  return fmt::format("#SBATCH {}={}\n", name, sbatch_quoted(value));
}

/// "--qos=long" or "--exclusive"
std::string further_option(const std::string& argument) {
  if (!argument.starts_with("--")) {
    throw ConfigError(Fault{.file = "--sbatch-arg",
                            .found = deltasim::quoted(argument),
                            .expected = "an option of sbatch, such as --sbatch-arg=--qos=long"});
  }
  const std::size_t sign = argument.find('=');
  if (sign != std::string::npos) return option(argument.substr(0, sign), argument.substr(sign + 1));
  if (argument.find_first_of(" \n\r#") != std::string::npos) {
    throw ConfigError(Fault{.file = "--sbatch-arg",
                            .found = deltasim::quoted(argument),
                            .expected = "--OPTION=VALUE, or --OPTION of one word"});
  }
  return fmt::format("#SBATCH {}\n", argument);
}

std::string requested(const SlurmRequest& request) {
  std::string text;
  if (request.partition) text += option("--partition", *request.partition);
  if (request.account) text += option("--account", *request.account);
  if (request.time) text += option("--time", *request.time);
  if (request.memory) text += option("--mem", *request.memory);
  for (const std::string& argument : request.sbatch_arguments) text += further_option(argument);
  return text;
}

}  // namespace

void check_request(const SlurmRequest& request) { requested(request); }

std::string array_script(const ScriptFacts& facts) {
  DELTASIM_INVARIANT(facts.chunks > 0, "an array of jobs has tasks");
  return fmt::format(
             "#!/bin/bash\n"
             "# Evaluates points of a sweep, one chunk a task. A task that is requeued goes on\n"
             "# where it was. Written by deltasim {}.\n",
             facts.tool_version) +
         option("--job-name", facts.sweep) +
         option("--array", fmt::format("0-{}", facts.chunks - 1)) +
         "#SBATCH --requeue\n"
         "#SBATCH --nodes=1\n"
         "#SBATCH --ntasks=1\n" +
         option("--output", log_name(facts.log_folder, "%a.log")) + "#SBATCH --open-mode=append\n" +
         requested(facts.request) +
         fmt::format("exec {} sweep work {} --chunk \"$(({} + SLURM_ARRAY_TASK_ID))\"\n",
                     shell_word(facts.program.string()), shell_word(facts.folder.string()),
                     facts.first_chunk);
}

std::string merge_script(const ScriptFacts& facts) {
  return fmt::format(
             "#!/bin/bash\n"
             "# Takes the results of the tasks together; may be run again. Written by deltasim "
             "{}.\n",
             facts.tool_version) +
         option("--job-name", facts.sweep + "-merge") +
         "#SBATCH --requeue\n"
         "#SBATCH --nodes=1\n"
         "#SBATCH --ntasks=1\n" +
         option("--output", log_name(facts.log_folder, "merge.log")) +
         "#SBATCH --open-mode=append\n" + requested(facts.request) +
         fmt::format("exec {} sweep merge {}\n", shell_word(facts.program.string()),
                     shell_word(facts.folder.string()));
}

}  // namespace deltasim
