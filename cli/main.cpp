// deltasim: parses the command line, runs the command, and turns faults into exit statuses.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <new>
#include <system_error>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "cli/commands.h"
#include "cli/version.h"

namespace deltasim::cli {
namespace {

bool is_common_flag(std::string_view argument) { return argument == "-q" || argument == "--quiet"; }

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  return names;
}

/// CLI11 calls an unknown command an unexpected argument; say what it is and what is near.
void check_command(const CLI::App& app, int argc, const char* const* argv, int at) {
  if (at >= argc || argv[at][0] == '-') return;
  const std::vector<std::string> names = subcommand_names(app);
  if (names.empty()) return;
  const std::string given = argv[at];
  for (const std::string& name : names) {
    if (name == given) return check_command(*app.get_subcommand(name), argc, argv, at + 1);
  }
  throw ConfigError(Fault{.file = {},
                          .key_path = "command",
                          .found = "'" + given + "'",
                          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                          .nearest = nearest_name(given, names)});
}

/// Every option of the commands that were given, "--name".
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* sub : app.get_subcommands()) {
    for (std::string& name : option_names(*sub)) names.push_back(std::move(name));
  }
  return names;
}

/// "Did you mean": CLI11 only says what it did not expect.
void hint_at_options(const CLI::App& app) {
  const std::vector<std::string> names = option_names(app);
  for (const std::string& given : app.remaining(true)) {
    const std::string nearest =
        given.starts_with("--") ? nearest_name(given.substr(0, given.find('=')), names) : "";
    if (!nearest.empty()) fmt::print(stderr, "{}: did you mean {}?\n", given, nearest);
  }
}

/// What stays in the buffer would be lost without a word.
void flush_output() {
  if (std::fflush(stdout) != 0) throw IoError("standard output", "write", errno);
}

int report_fault(const std::exception& fault, ExitStatus status) {
  fmt::print(stderr, "deltasim: {}{}\n",
             status == kInternal ? "internal fault: " : "error: ", fault.what());
  return status;
}

int run(int argc, char** argv) {
  CLI::App app(
      "What temporal sparsity is worth on real hardware: delta-map traces and accelerators.",
      "deltasim");
  app.set_version_flag("--version", std::string("deltasim ") + kVersion);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  CommonOptions common;
  app.add_flag("--quiet,-q", common.quiet, "No progress and no notes");
  app.fallthrough();

  Action chosen;
  CLI::App* trace = app.add_subcommand("trace", "Record, make, read and check delta-map traces");
  trace->require_subcommand(1);
  trace->fallthrough();
  add_trace_record(*trace, common, chosen);
  add_trace_info(*trace, common, chosen);
  add_trace_verify(*trace, common, chosen);
  add_trace_synth(*trace, common, chosen);
  add_trace_import(*trace, common, chosen);
  add_run(app, common, chosen);
  add_dvfs(app, common, chosen);
  add_classify(app, common, chosen);
  add_faults(app, common, chosen);
  add_show(app, common, chosen);
  add_report(app, common, chosen);
  add_validate(app, common, chosen);

  int first = 1;
  while (first < argc && is_common_flag(argv[first])) ++first;
  check_command(app, argc, argv, first);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    if (status != 0) hint_at_options(app);
    flush_output();
    return status == 0 ? kDone : kBadInput;
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
    fmt::print(stderr, "deltasim: error: not enough memory\n");
    return kBadInput;
  } catch (const std::exception& fault) {
    return report_fault(fault, kInternal);
  }
}
