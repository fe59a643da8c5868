#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "arch/config_reader.h"
#include "arch/errors.h"
#include "cli/commands.h"
#include "cli/experiment_options.h"
#include "cli/progress.h"
#include "cli/recording_options.h"
#include "cli/terminal.h"
#include "cli/value_kinds.h"
#include "cli/version.h"
#include "explore/place.h"
#include "explore/placement_figures.h"
#include "explore/placement_report.h"

namespace deltasim::cli {
namespace {

struct Options {
  ExperimentOptions shared;
  std::string goal = "energy";
  std::string glb_budget, area_budget;
  double threshold = 90;
  int rounds = 5;
};

PlacementGoal goal_named(const std::string& name) {
  if (name == "energy") return PlacementGoal::kEnergy;
  if (name == "energy_delay") return PlacementGoal::kEnergyDelay;
  throw ConfigError(Fault{.key_path = "--minimise",
                          .found = "'" + name + "'",
                          .expected = "energy or energy_delay",
                          .nearest = nearest_name(name, {"energy", "energy_delay"})});
}

/// A quantity that is no less than nothing.
template <typename Q>
std::optional<Q> budget(const char* option, const std::string& text, Q most) {
  if (text.empty()) return std::nullopt;
  auto read = read_value<Q>(text);
  if (Fault* fault = std::get_if<Fault>(&read)) {
    fault->key_path = option;
    throw ConfigError(*fault);
  }
  const Q value = std::get<Q>(read);
  if (value >= Q(0) && value <= most) return value;
  throw ConfigError(Fault{.key_path = option,
                          .found = text,
                          .expected = fmt::format("from {} to {}", print(Q(0)), print(most))});
}

StateBudget read_budget(const Options& options) {
  constexpr Bytes kMostBytes(std::int64_t{1} << 36);
  constexpr SquareMillimetres kMostArea(1e4);
  return {.glb = budget<Bytes>("--glb-budget", options.glb_budget, kMostBytes),
          .area = budget<SquareMillimetres>("--area-budget", options.area_budget, kMostArea)};
}

int run(const Options& options, const CommonOptions& common) {
  const Overrides overrides = options.shared.parsed_overrides();
  PlaceOptions place{.output = {},
                     .jobs = options.shared.jobs_or_cores(),
                     .tool_version = kVersion,
                     .goal = goal_named(options.goal),
                     .budget = read_budget(options),
                     .threshold = options.threshold / 100,
                     .iterations = options.rounds};
  const RunSpec spec = load_experiment(experiment_file(options.shared.experiment), overrides);
  place.output = options.shared.output_or(spec.name + "_placement");
  TerminalProgress progress(common);
  const PlacementResult result = find_placement(spec, place, progress);
  write_placement_files(result, options.shared.experiment, overrides, place.output);
  fmt::print("{}\nplacement: {}\nfigures: {}\n", placement_text(result),
             (place.output / "placement.yaml").string(), (place.output / "figures").string());
  const auto figures = write_figures(placement_figures(result), place.output / "figures");
  for (const std::string& missing : figures) print_warning(missing);
  return kDone;
}

}  // namespace

void add_place(CLI::App& app, const CommonOptions& common, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "place", "Find for every layer the mode, and the place of its state, that cost least");
  add_experiment(*command, options->shared);
  add_output(*command, options->shared, "NAME_placement");
  command
      ->add_option("--minimise", options->goal, "energy, or energy_delay (their product) [energy]")
      ->type_name(kind::kGoal);
  CLI::Option* glb =
      command
          ->add_option("--glb-budget", options->glb_budget,
                       "The buffer's share for state, such as \"512 KiB\"; the buffer grows or "
                       "shrinks with it [the accelerator's]")
          ->type_name(kind::kSize);
  command
      ->add_option("--area-budget", options->area_budget,
                   "Area for state in the buffer, such as \"2 mm2\"")
      ->type_name(kind::kArea)
      ->excludes(glb);
  command
      ->add_option("--threshold", options->threshold,
                   "Of the thesis' rule: delta where more than so many percent stay the same [90]")
      ->check(CLI::Range(0.0, 100.0));
  command
      ->add_option("--rounds", options->rounds,
                   "At most so many of choosing and simulating, until they agree within 1 % [5]")
      ->check(CLI::Range(1, 100));
  add_overrides(*command, options->shared);
  add_jobs(*command, options->shared);
  command->callback([options, &common, &chosen] {
    chosen = [options, &common] { return run(*options, common); };
  });
}

}  // namespace deltasim::cli
