#pragma once
// The sub-commands: each adds itself to the parser and leaves a function that runs it.

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace deltasim::cli {

enum ExitStatus : int {
  kDone = 0,
  kFellShort = 1,  ///< a validation or verification did not hold
  kBadInput = 2,   ///< the user's input, files or machine
  kInternal = 3,   ///< our fault
  kInterrupted = 130
};

/// Options of every command.
struct CommonOptions {
  bool quiet = false;    ///< standard error has warnings and errors only
  bool verbose = false;  ///< and details
};

/// What the chosen command does; set by its parser callback.
using Action = std::function<int()>;

void add_trace_record(CLI::App& trace, const CommonOptions& common, Action& chosen);
void add_trace_info(CLI::App& trace, const CommonOptions& common, Action& chosen);
void add_trace_verify(CLI::App& trace, const CommonOptions& common, Action& chosen);
void add_trace_synth(CLI::App& trace, const CommonOptions& common, Action& chosen);
void add_trace_import(CLI::App& trace, const CommonOptions& common, Action& chosen);
void add_place(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_run(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_classify(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_faults(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_dvfs(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_sweep(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_show(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_report(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_validate(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_completion(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_doctor(CLI::App& app, const CommonOptions& common, Action& chosen);
void add_man(CLI::App& app, const CommonOptions& common, Action& chosen);

/// What --version prints: ours, the compiler's and the libraries'.
std::string version_text();

/// `completion words -- WORD...`: what the completion scripts ask. It is no command, since its
/// words are those of another command line.
bool is_completion_request(std::span<const std::string> words);
void answer_completion_request(const CLI::App& app, std::span<const std::string> words);

}  // namespace deltasim::cli
