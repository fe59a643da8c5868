#include "explore/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "explore/expression.h"
#include "report/clip_details.h"
#include "report/result_values.h"
#include "report/weights_notes.h"
#include "sim/pipeline/account_run.h"
#include "sim/pipeline/experiment_reader.h"
#include "sim/pipeline/mode_selection.h"
#include "sim/pipeline/run.h"

namespace deltasim {
namespace {

/// Keys of the experiment that only say what is counted costs, or how long frames are waited for.
bool only_accounts(std::string_view key) {
  for (const std::string_view priced : {"energy", "energy_scale", "dram_energy"}) {
    if (key == priced || (key.starts_with(priced) && key[priced.size()] == '.')) return true;
  }
  return key == "frame_rate" || key == "dram_idle" || key == "name";
}

/// What a sweep compares its points by, read once a group.
class Objectives {
 public:
  /// @param with_sites what is kept of a point has its sites
  Objectives(const std::vector<SweepObjective>& objectives, bool with_sites) {
    for (const SweepObjective& objective : objectives) {
      Expression& expression = expressions_.emplace_back(
          objective.expression, fmt::format("objective {}", objective.name));
      for (const std::string& key : expression.names()) need(detail_of(key));
    }
    if (with_sites) need(FigureDetail::kEverything);
  }

  FigureDetail detail() const { return detail_; }

  std::vector<double> of(const RunResult& result) const {
    ResultValues values(result);
    std::vector<double> found;
    for (const Expression& expression : expressions_) {
      found.push_back(expression.value([&](std::string_view key) { return values.at(key); }));
    }
    return found;
  }

 private:
  static FigureDetail detail_of(std::string_view key) {
    if (ResultValues::needs_everything(key)) return FigureDetail::kEverything;
    return ResultValues::is_of_a_mode(key) ? FigureDetail::kModes : FigureDetail::kTotals;
  }
  void need(FigureDetail detail) { detail_ = std::max(detail_, detail); }

  std::vector<Expression> expressions_;
  FigureDetail detail_ = FigureDetail::kModes;
};

/// Points that are simulated alike.
class Group {
 public:
  Group(const SweepSpec& spec, const SharedWork& shared)
      : spec_(spec),
        clips_(std::ranges::any_of(spec.parameters, &SweepParameter::clips)),
        objectives_(spec.objectives, clips_),
        experiment_(spec.experiment),
        options_{.output = shared.folder,
                 .jobs = 1,
                 .tool_version = shared.tool_version,
                 .experiment = spec.experiment.string(),
                 .shared = shared.folder} {}

  Evaluation evaluate(const Overrides& point) {
    const auto start = std::chrono::steady_clock::now();
    Evaluation evaluation;
    try {
      const RunResult result = result_of(point, objectives_.detail());
      evaluation.objectives = objectives_of(result, point);
      evaluation.details =
          with_weights(clips_ ? clip_details(clip_figures(result)) : "", weights());
      evaluation.status = PointStatus::kDone;
    } catch (const Interrupted&) {
      throw;
    } catch (const InternalError& error) {
      evaluation.error = fmt::format("internal fault: {}", error.what());
    } catch (const std::exception& error) {
      evaluation.error = error.what();
    }
    if (!evaluation.error.empty()) evaluation.status = PointStatus::kFailed;
    evaluation.wall_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return evaluation;
  }

 private:
  std::vector<double> objectives_of(const RunResult& result, const Overrides& point) {
    try {
      return objectives_.of(result);
    } catch (const ConfigError&) {
      // Of all keys that there are, the nearest to the wrong one is told.
      if (objectives_.detail() != FigureDetail::kModes) throw;
      return objectives_.of(result_of(point, FigureDetail::kTotals));
    }
  }

  RunResult result_of(const Overrides& point, FigureDetail detail) {
    const RunSpec run = experiment_.read(point);
    if (!loaded_) loaded_ = load_machines(run);
    // What has no price shows before anything is simulated.
    const PricedMachines machines = price(*loaded_, run, tables_);
    simulate_once(run);
    std::optional<SelectedModes> selected;
    if (run.wants(kSelectiveMode)) {
      selected = run.placement ? place_modes(*simulated_, *run.placement, *records_, silent_)
                               : select_modes(*simulated_, machines.machine, *records_, silent_);
    }
    return account(
        *simulated_, machines, selected ? &*selected : nullptr, run,
        {.experiment = options_.experiment, .command = {}, .tool_version = options_.tool_version},
        detail);
  }

  StreamWeights weights() const {
    StreamWeights weights;
    const RecordedInput& input = simulated_->input;
    for (std::size_t s = 0; s < input.stream_names.size(); ++s) {
      weights.emplace_back(input.stream_names[s], input.stream_weights[s]);
    }
    return weights;
  }

  /// What cannot be simulated for one cannot for the others.
  void simulate_once(const RunSpec& run) {
    if (simulated_) return;
    if (fault_) std::rethrow_exception(fault_);
    try {
      records_ = experiment_records(run, options_, silent_);
      simulated_ = simulate_experiment(*loaded_, *records_, run, silent_);
    } catch (...) {
      fault_ = std::current_exception();
      throw;
    }
  }

  const SweepSpec& spec_;
  bool clips_;  ///< an axis: the figures of every point are kept
  Objectives objectives_;
  ExperimentReader experiment_;
  EnergyTables tables_;
  RunOptions options_;
  ProgressListener silent_;
  std::optional<LoadedMachines> loaded_;
  std::unique_ptr<RecordSource> records_;
  std::optional<SimulatedExperiment> simulated_;
  std::exception_ptr fault_;
};

}  // namespace

std::string simulation_key(const Overrides& overrides) {
  std::string text;
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const auto& [key, value] = overrides[i];
    const bool replaced =
        std::any_of(overrides.begin() + static_cast<std::ptrdiff_t>(i) + 1, overrides.end(),
                    [&](const auto& later) { return later.first == key; });
    if (!replaced && !only_accounts(key)) text += fmt::format("{}={}\n", key, value);
  }
  return text;
}

std::vector<std::vector<std::size_t>> simulation_groups(std::span<const Overrides> points) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> group_of;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [found, is_new] = group_of.try_emplace(simulation_key(points[i]), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(i);
  }
  return groups;
}

void evaluate_each(const SweepSpec& spec, std::span<const Overrides> points,
                   const SharedWork& shared, const TakeEvaluation& take) {
  Group group(spec, shared);
  for (const Overrides& point : points) {
    DELTASIM_INVARIANT(simulation_key(point) == simulation_key(points.front()),
                       "the points of a group are simulated alike");
    take(group.evaluate(point));
  }
}

std::vector<Evaluation> evaluate_group(const SweepSpec& spec, std::span<const Overrides> points,
                                       const SharedWork& shared) {
  std::vector<Evaluation> evaluations;
  evaluate_each(spec, points, shared,
                [&](Evaluation evaluation) { evaluations.push_back(std::move(evaluation)); });
  return evaluations;
}

}  // namespace deltasim
