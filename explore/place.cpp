#include "explore/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "arch/stage_clock.h"
#include "explore/placement_measurement.h"
#include "explore/placement_milp.h"
#include "explore/placement_rules.h"
#include "sim/pipeline/output_folder.h"
#include "sim/pipeline/priced_machine.h"
#include "sim/pipeline/run.h"

namespace deltasim {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// One bar over many simulations: their own are not shown.
class WholeProgress : public ProgressListener {
 public:
  WholeProgress(ProgressListener& outer, std::string_view what, std::int64_t total)
      : outer_(outer) {
    outer.begin(what, total, "frames");
  }
  ~WholeProgress() override { outer_.end(); }
  void advance(std::int64_t steps) override {
    outer_.advance(steps);
    done_ += steps;
  }
  /// What was simulated before counts as done.
  void complete(std::int64_t frames) {
    if (frames > done_) advance(frames - done_);
    done_ = 0;
  }
  void detail(std::string_view text) override { outer_.detail(text); }
  bool wants_detail() const override { return outer_.wants_detail(); }

 private:
  ProgressListener& outer_;
  std::int64_t done_ = 0;
};

std::vector<std::string> stream_names(const TraceHeader& header) {
  std::vector<std::string> names;
  for (const StreamInfo& stream : header.streams) names.push_back(stream.name);
  return names;
}

/// @throws ConfigError where the experiment simulates a batch
const RunSpec& single_frames(const RunSpec& spec) {
  if (spec.batch == 1) return spec;
  throw ConfigError(Fault{.key_path = "batch",
                          .found = std::to_string(spec.batch),
                          .expected = "1: a placement's costs are measured frame by frame"});
}

class Search {
 public:
  Search(const RunSpec& spec, const PlaceOptions& options, ProgressListener& progress)
      : options_(options),
        progress_(progress),
        machine_(
            price(load_machine(spec.accelerator, spec.accelerator_overrides), pricing_of(spec))),
        records_(experiment_records(single_frames(spec),
                                    {.output = options.output,
                                     .jobs = options.jobs,
                                     .tool_version = options.tool_version,
                                     .experiment = {},
                                     .command = {},
                                     .timeline = {}},
                                    progress)),
        names_(stream_names(records_->header())) {}

  PlacementResult run() {
    const auto begin = Clock::now();
    measure();
    choose();
    compare();
    result_.simulate_s = seconds_since(begin) - result_.solve_s;
    describe();
    return std::move(result_);
  }

 private:
  PlacementProblem& problem() { return result_.problem; }

  ModeSetup set_up_for(const Placement& placement, bool must_fit) {
    return set_up("placed", machine_,
                  choices_of(problem(), placement, *records_, machine_.spec.state.place), *records_,
                  must_fit);
  }

  /// Priced without the refresh of a memory, which depends on all layers together.
  ModeFigures figures_of(const ModeSetup& setup, const ModeResults& results,
                         const EnergyPrices& prices) const {
    return mode_figures(setup.name, sum_of(setup, results), names_,
                        std::vector<std::string>(names_.size()), prices);
  }

  void measure() {
    StageClock stage(progress_, "measuring what layers cost");
    // A first plan, for what does not depend on modes; and a recording is known only to its end.
    const std::vector<StreamChoice> any = all_dense();
    const ModeSetup first = set_up("placed", machine_, any, *records_);
    records_->simulate({first}, progress_);
    problem() =
        unmeasured_problem(*records_, machine_.spec, first.streams.front(), records_->summary());
    problem().refresh_W = machine_.prices.state_refresh().value();
    const std::vector<Placement> placements = measuring_placements(problem());
    const std::int64_t frames = records_->frames() * static_cast<std::int64_t>(names_.size());
    WholeProgress whole(progress_,
                        fmt::format("measuring layers in {} placements", placements.size()),
                        frames * static_cast<std::int64_t>(placements.size()));
    for (const Placement& placement : placements) {
      const ModeSetup setup = set_up_for(placement, false);
      const std::vector<ModeResults> results = records_->simulate({setup}, whole);
      take_costs(problem(), placement, setup,
                 figures_of(setup, results.front(), machine_.prices_of(false)), false);
      whole.complete(frames);
    }
    result_.measured = static_cast<int>(placements.size());
  }

  std::vector<StreamChoice> all_dense() const {
    std::vector<StreamChoice> choices;
    for (const StreamInfo& stream : records_->header().streams) {
      const std::size_t layers = layers_of(stream.graph, stream.maps).size();
      choices.push_back({ModeChoice(layers, ExecutionMode::kDense), {}});
    }
    return choices;
  }

  PlacementSolution solve() {
    const auto begin = Clock::now();
    StageClock stage(progress_, "solving");
    PlacementSolution solution = solve_placement(problem(), options_.goal);
    result_.solve_s += seconds_since(begin);
    result_.solves += solution.solves;
    result_.variables = solution.variables;
    result_.rows = solution.rows;
    return solution;
  }

  struct Simulated {
    ModeSetup setup;
    ModeResults results;
    PlacementTotals totals;
  };

  /// As a whole, and with nothing on chip that does not fit.
  Simulated simulate(const Placement& placement, const PlacementTotals& predicted) {
    Simulated done{.setup = set_up_for(placement, true), .results = {}, .totals = predicted};
    done.results = std::move(records_->simulate({done.setup}, progress_).front());
    const EnergyPrices& prices = machine_.prices_of(keeps_state(done.setup));
    const Figures all = figures_of(done.setup, done.results, prices).figures;
    done.totals.energy_pJ = all.energy.total;
    done.totals.time_s = all.time_s;
    return done;
  }

  /// Where neighbours make a choice cost something else than it was measured to cost, what it costs
  /// among them is taken instead.
  void choose() {
    std::optional<PlacementAnswer> best;
    for (int round = 0; round < options_.iterations; ++round) {
      const PlacementSolution solution = solve();
      const Simulated simulated = simulate(solution.placement, solution.totals);
      result_.rounds.push_back({solution.totals, simulated.totals});
      if (!best ||
          value_of(options_.goal, simulated.totals) < value_of(options_.goal, *best->simulated)) {
        best = {.name = "exact",
                .how = "by a mixed-integer linear program",
                .placement = solution.placement,
                .predicted = solution.totals,
                .simulated = simulated.totals};
      }
      if (result_.rounds.back().error() <= options_.tolerance) break;
      take_costs(problem(), solution.placement, simulated.setup,
                 figures_of(simulated.setup, simulated.results, machine_.prices_of(false)), true);
    }
    // A later round may have found other costs of the same layers, and no better answer.
    best->predicted = totals_of(problem(), best->placement);
    result_.answers.push_back(std::move(*best));
  }

  void add(const std::string& name, const std::string& how, Placement placement) {
    PlacementAnswer answer{.name = name,
                           .how = how,
                           .placement = std::move(placement),
                           .predicted = {},
                           .simulated = {}};
    answer.predicted = totals_of(problem(), answer.placement);
    if (fits(problem(), answer.predicted)) {
      answer.simulated = simulate(answer.placement, answer.predicted).totals;
    }
    result_.answers.push_back(std::move(answer));
  }

  double value(ExecutionMode mode) {
    return value_of(options_.goal,
                    totals_of(problem(), uniform_placement(problem(), mode, StatePlace::kDram)));
  }

  void compare() {
    add("greedy", "by saving per byte", greedy_placement(problem(), options_.goal));
    const bool spatial = value(ExecutionMode::kSpatial) <= value(ExecutionMode::kDense);
    const ExecutionMode other = spatial ? ExecutionMode::kSpatial : ExecutionMode::kDense;
    const StatePlace own = machine_.spec.state.place;
    add("rule",
        fmt::format("delta where more than {:g} % stay the same, else {}; state in {}",
                    100 * options_.threshold, to_string(other), place_name(own, machine_.spec)),
        rule_placement(problem(), options_.threshold, other, own));
    const auto uniform = [&](ExecutionMode mode, StatePlace place) {
      const std::string name(to_string(mode));
      const bool keeps = mode == ExecutionMode::kDelta;
      const std::string where = keeps ? "_" + place_name(place, machine_.spec) : std::string();
      add(name + where, "every layer", uniform_placement(problem(), mode, place));
    };
    uniform(ExecutionMode::kDense, StatePlace::kDram);
    uniform(ExecutionMode::kSpatial, StatePlace::kDram);
    uniform(ExecutionMode::kDelta, StatePlace::kDram);
    if (problem().glb_bytes > 0) uniform(ExecutionMode::kDelta, StatePlace::kGlb);
    if (problem().memory_bytes > 0) uniform(ExecutionMode::kDelta, StatePlace::kMemory);
  }

  void describe() {
    result_.accelerator = machine_.spec.name;
    result_.energy_table = machine_.prices.table().name;
    result_.trace_sha256 = records_->trace_sha256();
    result_.tool_version = options_.tool_version;
    result_.otherwise = place_name(machine_.spec.state.place, machine_.spec);
    if (const MemorySpec* memory = machine_.spec.state_memory()) result_.memory = memory->name;
    result_.goal = options_.goal;
    result_.threshold = options_.threshold;
    result_.frames = records_->frames();
    result_.fragment = placement_yaml(
        choices_of(problem(), result_.exact().placement, *records_, machine_.spec.state.place),
        records_->header().streams, machine_.spec);
  }

  const PlaceOptions& options_;
  ProgressListener& progress_;
  PricedMachine machine_;
  std::unique_ptr<RecordSource> records_;
  std::vector<std::string> names_;
  PlacementResult result_{.tolerance = options_.tolerance};
};

}  // namespace

double PlacementRound::error() const {
  const auto of = [](double expected, double real) {
    return real > 0 ? std::abs(expected / real - 1) : std::abs(expected);
  };
  return std::max(of(predicted.energy_pJ, simulated.energy_pJ),
                  of(predicted.time_s, simulated.time_s));
}

PlacementResult find_placement(RunSpec spec, const PlaceOptions& options,
                               ProgressListener& progress) {
  const OutputFolder folder(options.output);
  std::string budget;
  for (auto& key : keys_of_budget(spec, options.budget, budget)) {
    spec.accelerator_overrides.push_back(std::move(key));
  }
  PlacementResult result = Search(spec, options, progress).run();
  result.name = spec.name;
  result.budget = std::move(budget);
  result.accelerator_keys = spec.accelerator_overrides;
  return result;
}

}  // namespace deltasim
