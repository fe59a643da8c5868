#include "explore/placement_milp.h"

#include <Cbc_C_Interface.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "arch/errors.h"
#include "arch/interrupt.h"

namespace deltasim {
namespace {

constexpr std::size_t kModes = 3;
constexpr std::array<StatePlace, 3> kPlaces{StatePlace::kGlb, StatePlace::kDram,
                                            StatePlace::kMemory};
constexpr double kPicojoulesPerJoule = 1e12;
/// Rows of bytes are in KiB, so that their coefficients are of the others' size.
constexpr double kRowBytes = 1024;

bool wants(const LayerOption& option, std::size_t output, MapForm form) {
  return (option.demanded[output] & bit_of(form)) != 0;
}

/// What is minimised: energy and time, weighted.
struct Weights {
  double energy = 1;  ///< per pJ
  double time = 0;    ///< per s
};

/// One program; only its objective changes between solves.
class Program {
 public:
  /// @param memory_used the memory is refreshed; otherwise nothing may be kept there
  Program(const PlacementProblem& problem, bool memory_used)
      : problem_(problem), memory_used_(memory_used) {
    number_columns();
    for (std::size_t l = 0; l < problem.layers.size(); ++l) add_layer(l);
    add_room(&LayerOption::glb_bytes, problem.glb_bytes);
    if (memory_used) add_room(&LayerOption::memory_bytes, problem.memory_bytes);
  }

  /// The best placement, or none where there is none.
  std::optional<Placement> solve(const Weights& weights) const;
  int columns() const { return static_cast<int>(columns_); }
  int rows() const { return static_cast<int>(rows_.size()); }

 private:
  struct Row {
    std::vector<int> columns;
    std::vector<double> coefficients;
    char sense;
    double bound;
  };

  int mode_column(std::size_t group, std::size_t mode) const {
    return static_cast<int>(group * kModes + mode);
  }
  int option_column(std::size_t layer, std::size_t option) const {
    return first_[layer] + static_cast<int>(option);
  }

  void number_columns() {
    columns_ = problem_.groups * kModes;
    leader_.assign(problem_.groups, problem_.layers.size());
    for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
      first_.push_back(static_cast<int>(columns_));
      columns_ += problem_.layers[l].options.size();
      std::size_t& leader = leader_[problem_.layers[l].group];
      if (leader == problem_.layers.size() && keeps_sum(l)) leader = l;
    }
  }

  bool keeps_sum(std::size_t layer) const {
    return std::ranges::any_of(problem_.layers[layer].options, [](const LayerOption& option) {
      return option.mode == ExecutionMode::kDelta && option.keeps_state;
    });
  }

  /// Adds the options of a layer that `chosen` names.
  template <typename Chosen>
  void add_options(Row& row, std::size_t layer, double coefficient, Chosen chosen) const {
    const std::vector<LayerOption>& options = problem_.layers[layer].options;
    for (std::size_t o = 0; o < options.size(); ++o) {
      if (!chosen(options[o])) continue;
      row.columns.push_back(option_column(layer, o));
      row.coefficients.push_back(coefficient);
    }
  }

  void add_layer(std::size_t layer) {
    Row one{{}, {}, 'E', 1};
    add_options(one, layer, 1, [](const LayerOption&) { return true; });
    rows_.push_back(std::move(one));
    for (std::size_t mode = 0; mode < kModes; ++mode) {
      Row same{{mode_column(problem_.layers[layer].group, mode)}, {-1}, 'E', 0};
      add_options(same, layer, 1, [&](const LayerOption& option) {
        return option.mode == static_cast<ExecutionMode>(mode);
      });
      rows_.push_back(std::move(same));
    }
    add_place_of_sum(layer);
    for (std::size_t output = 0; output < problem_.layers[layer].readers.size(); ++output) {
      for (std::size_t mode = 0; mode < kModes; ++mode) add_reading(layer, output, mode);
    }
  }

  void add_place_of_sum(std::size_t layer) {
    const std::size_t leader = leader_[problem_.layers[layer].group];
    if (leader >= layer || !keeps_sum(layer)) return;
    for (const StatePlace place : kPlaces) {
      const auto there = [&](const LayerOption& option) {
        return option.mode == ExecutionMode::kDelta && option.keeps_state && option.place == place;
      };
      Row same{{}, {}, 'E', 0};
      add_options(same, layer, 1, there);
      add_options(same, leader, -1, there);
      rows_.push_back(std::move(same));
    }
  }

  void add_reading(std::size_t layer, std::size_t output, std::size_t mode) {
    const MapForm form = form_read_by(static_cast<ExecutionMode>(mode));
    const auto with_form = [&](const LayerOption& option) { return wants(option, output, form); };
    Row some{{}, {}, 'L', 0};
    add_options(some, layer, 1, with_form);
    for (const std::size_t reader : problem_.layers[layer].readers[output]) {
      Row each{{mode_column(reader, mode)}, {-1}, 'G', 0};
      add_options(each, layer, 1, with_form);
      rows_.push_back(std::move(each));
      some.columns.push_back(mode_column(reader, mode));
      some.coefficients.push_back(-1);
    }
    rows_.push_back(std::move(some));
  }

  void add_room(std::int64_t LayerOption::*bytes, std::int64_t room) {
    Row row{{}, {}, 'L', static_cast<double>(room) / kRowBytes};
    for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
      const std::vector<LayerOption>& options = problem_.layers[l].options;
      for (std::size_t o = 0; o < options.size(); ++o) {
        if (options[o].*bytes == 0) continue;
        row.columns.push_back(option_column(l, o));
        row.coefficients.push_back(static_cast<double>(options[o].*bytes) / kRowBytes);
      }
    }
    if (!row.columns.empty()) rows_.push_back(std::move(row));
  }

  /// What no answer may be: what does not fit alone, or keeps something in a memory that is off.
  bool is_out(const LayerOption& option) const {
    return option.glb_bytes > problem_.glb_bytes || option.memory_bytes > problem_.memory_bytes ||
           (option.place == StatePlace::kMemory && option.keeps_state && !memory_used_);
  }

  std::vector<double> costs(const Weights& weights) const;
  Placement read(const double* values) const;

  const PlacementProblem& problem_;
  bool memory_used_;
  std::size_t columns_ = 0;
  std::vector<int> first_;           ///< column of a layer's first option
  std::vector<std::size_t> leader_;  ///< by group, the first layer that keeps the sum
  std::vector<Row> rows_;
};

/// Scaled, so that the solver's tolerances are small beside any difference that matters.
std::vector<double> Program::costs(const Weights& weights) const {
  std::vector<double> costs(columns_, 0);
  double sum = 0;
  for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
    const std::vector<LayerOption>& options = problem_.layers[l].options;
    double largest = 0;
    for (std::size_t o = 0; o < options.size(); ++o) {
      const double refresh =
          memory_used_ ? problem_.refresh_W * options[o].time_s * kPicojoulesPerJoule : 0;
      double& cost = costs[static_cast<std::size_t>(option_column(l, o))];
      cost = weights.energy * (options[o].energy_pJ + refresh) + weights.time * options[o].time_s;
      largest = std::max(largest, cost);
    }
    sum += largest;
  }
  constexpr double kScale = 1e5;
  if (sum > 0) {
    for (double& cost : costs) cost *= kScale / sum;
  }
  return costs;
}

Placement Program::read(const double* values) const {
  Placement placement{std::vector<ExecutionMode>(problem_.groups, ExecutionMode::kDense), {}};
  for (std::size_t g = 0; g < problem_.groups; ++g) {
    for (std::size_t m = 0; m < kModes; ++m) {
      if (values[mode_column(g, m)] > 0.5) placement.modes[g] = static_cast<ExecutionMode>(m);
    }
  }
  for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
    placement.places.push_back(StatePlace::kDram);
    const std::vector<LayerOption>& options = problem_.layers[l].options;
    for (std::size_t o = 0; o < options.size(); ++o) {
      if (values[option_column(l, o)] > 0.5) placement.places.back() = options[o].place;
    }
  }
  return placement;
}

std::optional<Placement> Program::solve(const Weights& weights) const {
  if (interrupted()) throw Interrupted("interrupted while solving");
  const std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)> model(Cbc_newModel(),
                                                                     &Cbc_deleteModel);
  Cbc_setLogLevel(model.get(), 0);
  Cbc_setParameter(model.get(), "log", "0");
  // No answer is good enough but the best.
  Cbc_setParameter(model.get(), "ratioGap", "0");
  Cbc_setParameter(model.get(), "allowableGap", "0");
  const std::vector<double> objective = costs(weights);
  for (std::size_t c = 0; c < columns_; ++c) {
    Cbc_addCol(model.get(), fmt::format("c{}", c).c_str(), 0, 1, objective[c], 1, 0, nullptr,
               nullptr);
  }
  for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
    const std::vector<LayerOption>& options = problem_.layers[l].options;
    for (std::size_t o = 0; o < options.size(); ++o) {
      if (is_out(options[o])) Cbc_setColUpper(model.get(), option_column(l, o), 0);
    }
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    const Row& row = rows_[r];
    Cbc_addRow(model.get(), fmt::format("r{}", r).c_str(), static_cast<int>(row.columns.size()),
               row.columns.data(), row.coefficients.data(), row.sense, row.bound);
  }
  Cbc_solve(model.get());
  if (Cbc_isProvenInfeasible(model.get()) != 0) return std::nullopt;
  DELTASIM_INVARIANT(Cbc_isProvenOptimal(model.get()) != 0, "CBC proves its answer");
  return read(Cbc_getColSolution(model.get()));
}

struct Found {
  Placement placement;
  PlacementTotals totals;
};

class Solver {
 public:
  Solver(const PlacementProblem& problem, PlacementGoal goal) : problem_(problem), goal_(goal) {}

  PlacementSolution solve() {
    search(false);
    if (problem_.memory_bytes > 0) search(true);
    DELTASIM_INVARIANT(best_.has_value(), "no state at all always fits");
    solution_.placement = std::move(best_->placement);
    solution_.totals = best_->totals;
    return std::move(solution_);
  }

 private:
  void search(bool memory_used) {
    const Program program(problem_, memory_used);
    solution_.variables = std::max(solution_.variables, program.columns());
    solution_.rows = std::max(solution_.rows, program.rows());
    const auto least_energy = find(program, {1, 0});
    if (!least_energy || goal_ == PlacementGoal::kEnergy) return;
    const auto least_time = find(program, {0, 1});
    walk(program, *least_energy, *least_time);
  }

  std::optional<PlacementTotals> find(const Program& program, const Weights& weights) {
    ++solution_.solves;
    auto placement = program.solve(weights);
    if (!placement) return std::nullopt;
    const PlacementTotals totals = totals_of(problem_, *placement);
    DELTASIM_INVARIANT(fits(problem_, totals), "what the solver chooses fits");
    if (!best_ || value_of(goal_, totals) < value_of(goal_, best_->totals)) {
      best_ = {std::move(*placement), totals};
    }
    return totals;
  }

  /// All corners between two of them that may be better than the best.
  void walk(const Program& program, const PlacementTotals& a, const PlacementTotals& b) {
    constexpr double kSame = 1e-9;
    const double time = a.time_s - b.time_s;
    const double energy = b.energy_pJ - a.energy_pJ;
    if (time <= kSame * a.time_s || energy <= kSame * b.energy_pJ) return;
    const double ideal = a.energy_pJ * b.time_s;
    if (ideal >= value_of(goal_, best_->totals)) return;
    const Weights across{time, energy};
    const auto c = find(program, across);
    const auto weighted = [&](const PlacementTotals& t) {
      return across.energy * t.energy_pJ + across.time * t.time_s;
    };
    if (weighted(*c) >= weighted(a) * (1 - kSame)) return;
    walk(program, a, *c);
    walk(program, *c, b);
  }

  const PlacementProblem& problem_;
  PlacementGoal goal_;
  std::optional<Found> best_;
  PlacementSolution solution_;
};

}  // namespace

std::string solver_name() { return fmt::format("COIN-OR CBC {}", Cbc_getVersion()); }

PlacementSolution solve_placement(const PlacementProblem& problem, PlacementGoal goal) {
  return Solver(problem, goal).solve();
}

}  // namespace deltasim
