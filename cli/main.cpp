// deltasim: parses the command line, runs the command, and turns faults into exit statuses.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <new>
#include <system_error>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "cli/commands.h"
#include "cli/reference_text.h"
#include "cli/suggestions.h"
#include "cli/terminal.h"

namespace deltasim::cli {
namespace {

/// What stays in the buffer would be lost without a word.
void flush_output() {
  if (std::fflush(stdout) != 0) throw IoError("standard output", "write", errno);
}

int report_fault(const std::exception& fault, ExitStatus status) {
  print_error(fmt::format("{}{}", status == kInternal ? "internal fault: " : "", fault.what()));
  return status;
}

void add_common_options(CLI::App& app, CommonOptions& common) {
  app.set_version_flag("--version", version_text);
  CLI::Option* quiet = app.add_flag("--quiet,-q", common.quiet, "No progress and no notes");
  app.add_flag("--verbose,-v", common.verbose,
               "Tell what is chosen, read and reused, and how long each stage takes")
      ->excludes(quiet);
  app.fallthrough();
}

void add_commands(CLI::App& app, const CommonOptions& common, Action& chosen) {
  app.require_subcommand(1);
  CLI::App* trace = app.add_subcommand("trace", "Record, make, read and check delta-map traces");
  trace->require_subcommand(1);
  trace->fallthrough();
  add_trace_record(*trace, common, chosen);
  add_trace_info(*trace, common, chosen);
  add_trace_verify(*trace, common, chosen);
  add_trace_synth(*trace, common, chosen);
  add_trace_import(*trace, common, chosen);
  add_run(app, common, chosen);
  add_place(app, common, chosen);
  add_dvfs(app, common, chosen);
  add_sweep(app, common, chosen);
  add_classify(app, common, chosen);
  add_faults(app, common, chosen);
  add_show(app, common, chosen);
  add_report(app, common, chosen);
  add_validate(app, common, chosen);
  add_doctor(app, common, chosen);
  add_completion(app, common, chosen);
  add_man(app, common, chosen);
}

/// Help and version are "errors" of CLI11 that went well.
int report_parse_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    app.exit(error);
    flush_output();
    return kDone;
  }
  refuse_leftovers(app);
  throw ConfigError(chosen_command(app),
                    fmt::format("{}; see {} --help", error.what(), chosen_command(app)));
}

int run(int argc, char** argv) {
  CLI::App app(
      "What temporal sparsity is worth on real hardware: delta-map traces and accelerators.",
      "deltasim");
  CommonOptions common;
  Action chosen;
  add_common_options(app, common);
  add_commands(app, common, chosen);
  app.footer(reference_footer());

  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (is_completion_request(words)) {
    answer_completion_request(app, words);
    return kDone;
  }
  check_words(app, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(app, error);
  }
  const int status = chosen();
  flush_output();
  return status;
}

}  // namespace
}  // namespace deltasim::cli

int main(int argc, char** argv) {
  using namespace deltasim;
  using namespace deltasim::cli;
  install_interrupt_handlers();
  try {
    return run(argc, argv);
  } catch (const Interrupted& fault) {
    fmt::print(stderr, "deltasim: {}\n", fault.what());
    return kInterrupted;
  } catch (const ConfigError& fault) {
    return report_fault(fault, kBadInput);
  } catch (const IoError& fault) {
    return report_fault(fault, kBadInput);
  } catch (const std::system_error& fault) {  // of file systems and of printing
    return report_fault(fault, kBadInput);
  } catch (const std::bad_alloc&) {
    print_error("not enough memory");
    return kBadInput;
  } catch (const std::exception& fault) {
    return report_fault(fault, kInternal);
  }
}
