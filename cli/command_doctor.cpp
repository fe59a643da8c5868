#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/doctor_checks.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "workloads/execution/workers.h"

namespace deltasim::cli {
namespace {

struct Options {
  bool json = false;
  bool no_speed = false;
};

bool has(const std::vector<Findings>& all, Health health) {
  return std::ranges::any_of(all, [health](const Findings& findings) {
    return std::ranges::any_of(findings.entries,
                               [health](const Finding& entry) { return entry.health == health; });
  });
}

std::string mark(Health health) {
  const std::string text = fmt::format("{:<8}", to_string(health));
  switch (health) {
    case Health::kGood:
      return painted(stdout, Style::kGood, text);
    case Health::kMissing:
      return painted(stdout, Style::kWarning, text);
    case Health::kBad:
      return painted(stdout, Style::kError, text);
    case Health::kTold:
      break;
  }
  return text;
}

void print_text(const std::vector<Findings>& all) {
  for (const Findings& findings : all) {
    fmt::print("{}\n", painted(stdout, Style::kBold, findings.title));
    for (const Finding& entry : findings.entries) {
      fmt::print("  {} {:<14} {}\n", mark(entry.health), entry.name, entry.text);
    }
  }
  fmt::print("\n{}\n", has(all, Health::kBad) ? "deltasim does not work as it should: see fault"
                       : has(all, Health::kMissing)
                           ? "What is needed is there; something that is useful is not: see missing"
                           : "Everything is there");
}

void print_json(const std::vector<Findings>& all) {
  nlohmann::ordered_json json;
  json["deltasim"] = kVersion;
  for (const Findings& findings : all) {
    for (const Finding& entry : findings.entries) {
      json["findings"].push_back({{"section", findings.title},
                                  {"name", entry.name},
                                  {"health", to_string(entry.health)},
                                  {"text", entry.text}});
    }
  }
  fmt::print("{}\n", json.dump(2));
}

int run(const Options& options) {
  std::vector<Findings> all{check_machine(), check_files(), check_libraries(), check_programs()};
  // Without the shipped files there is nothing to simulate, which has been said.
  if (!options.no_speed && all[1].entries.front().health == Health::kGood) {
    all.push_back(check_machine_speed(available_threads()));
  }
  if (options.json) {
    print_json(all);
  } else {
    fmt::print("deltasim {}\n", kVersion);
    print_text(all);
  }
  return has(all, Health::kBad) ? kBadInput : kDone;
}

}  // namespace

void add_doctor(CLI::App& app, const CommonOptions&, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "doctor", "Say what is installed, what of the processor is used, and how fast it is");
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--no-speed", options->no_speed, "Do not measure (about a second)");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

std::string version_text() {
  std::string libraries;
  for (const LibraryVersion& library : all_libraries()) {
    libraries += fmt::format("{}{} {}", libraries.empty() ? "" : ", ", library.name,
                             library.loaded.empty() ? library.built : library.loaded);
  }
  return fmt::format("deltasim {}\nbuilt with {}\nlibraries: {}", kVersion, build_text(),
                     libraries);
}

}  // namespace deltasim::cli
