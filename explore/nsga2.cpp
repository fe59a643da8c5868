#include "explore/nsga2.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#include <set>

#include "arch/errors.h"
#include "arch/random_bits.h"
#include "explore/constraint_set.h"
#include "explore/samples.h"
#include "report/pareto.h"

namespace deltasim {
namespace {

using Levels = std::vector<std::size_t>;

/// Beyond any objective, and finite: differences of it are taken.
constexpr double kWorst = 1e300;

constexpr double kCrossover = 0.95;
constexpr double kCrossoverIndex = 10;  // of real numbers, of which there are none here
constexpr double kMutationIndex = 50;   // likewise

/// What the search knows: pagmo copies its problems and evaluators, which share this.
class Search {
 public:
  Search(const SweepSpec& spec, const EvaluatePoints& evaluate)
      : spec_(spec), constraints_(spec), evaluate_(evaluate) {
    for (std::size_t p = 0; p < spec.parameters.size(); ++p) {
      if (spec.parameters[p].levels.size() > 1) genes_.push_back(p);
    }
  }

  const SweepSpec& spec() const { return spec_; }
  const ConstraintSet& constraints() const { return constraints_; }
  /// Parameters with more than one level.
  const std::vector<std::size_t>& genes() const { return genes_; }
  std::size_t objectives() const { return spec_.objectives.size(); }
  std::vector<DesignPoint> take_evaluated() { return std::move(evaluated_); }

  pagmo::vector_double genes_of(const DesignPoint& point) const {
    pagmo::vector_double values;
    for (const std::size_t gene : genes_) values.push_back(static_cast<double>(point.levels[gene]));
    return values;
  }

  /// Costs of individuals one after the other, of which each has all genes.
  pagmo::vector_double costs_of_batch(const pagmo::vector_double& batch) {
    std::vector<DesignPoint> unknown;
    std::vector<std::size_t> owners;
    const std::size_t count = batch.size() / genes_.size();
    for (std::size_t i = 0; i < count; ++i) {
      DesignPoint point = point_of(batch, i);
      // A point that was proposed before has its place in the population, or was driven out of it:
      // a second copy would only crowd out others.
      if (!known_.insert(point.levels).second || !constraints_.meets(point)) continue;
      owners.push_back(i);
      unknown.push_back(std::move(point));
    }
    pagmo::vector_double costs(count * objectives(), kWorst);
    if (unknown.empty()) return costs;
    const auto answers = evaluate_(unknown);
    DELTASIM_INVARIANT(answers.size() == unknown.size(), "every point has an answer");
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) continue;
      const Costs own = costs_of(*answers[i], spec_.objectives);
      std::ranges::copy(own, costs.begin() + static_cast<std::ptrdiff_t>(owners[i] * objectives()));
    }
    evaluated_.insert(evaluated_.end(), unknown.begin(), unknown.end());
    return costs;
  }

 private:
  DesignPoint point_of(const pagmo::vector_double& batch, std::size_t individual) const {
    DesignPoint point;
    point.levels.assign(spec_.parameters.size(), 0);
    for (std::size_t g = 0; g < genes_.size(); ++g) {
      point.levels[genes_[g]] = static_cast<std::size_t>(batch[individual * genes_.size() + g]);
    }
    return point;
  }

  const SweepSpec& spec_;
  ConstraintSet constraints_;
  const EvaluatePoints& evaluate_;
  std::vector<std::size_t> genes_;
  std::set<Levels> known_;
  std::vector<DesignPoint> evaluated_;
};

/// The sweep as pagmo sees it: whole numbers within bounds.
struct LevelProblem {
  std::shared_ptr<Search> search;

  pagmo::vector_double fitness(const pagmo::vector_double& genes) const {
    return search->costs_of_batch(genes);
  }
  pagmo::vector_double::size_type get_nobj() const { return search ? search->objectives() : 1; }
  pagmo::vector_double::size_type get_nix() const { return search ? search->genes().size() : 0; }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    if (!search) return {{0}, {1}};  // pagmo makes problems without content
    pagmo::vector_double last;
    for (const std::size_t gene : search->genes()) {
      last.push_back(static_cast<double>(search->spec().parameters[gene].levels.size() - 1));
    }
    return {pagmo::vector_double(last.size(), 0), last};
  }
};

struct BatchEvaluator {
  std::shared_ptr<Search> search;
  pagmo::vector_double operator()(const pagmo::problem&, const pagmo::vector_double& batch) const {
    return search->costs_of_batch(batch);
  }
};

/// All points of a space that is no larger than the population; nothing of a larger one, nor of one
/// whose points are too rare to find them all in so many steps.
std::vector<DesignPoint> whole_space(const Search& search, std::size_t population,
                                     std::int64_t most_steps) {
  std::vector<std::size_t> parameters(search.spec().parameters.size());
  std::iota(parameters.begin(), parameters.end(), std::size_t{0});
  std::vector<DesignPoint> points;
  const bool finished = walk_points(search.spec(), search.constraints(), parameters, most_steps,
                                    [&](const DesignPoint& point) {
                                      points.push_back(point);
                                      return points.size() <= population;
                                    });
  if (!finished || points.size() > population) points.clear();
  return points;
}

void evolve(const std::shared_ptr<Search>& search, const Nsga2Strategy& strategy) {
  const auto seed = static_cast<unsigned>(named_key("nsga2", strategy.seed));
  const pagmo::problem problem{LevelProblem{search}};
  pagmo::population population{problem, 0, seed};
  pagmo::vector_double genes;
  for (const DesignPoint& point : latin_hypercube_points(search->spec(), search->constraints(),
                                                         strategy.population, strategy.seed)) {
    const pagmo::vector_double own = search->genes_of(point);
    genes.insert(genes.end(), own.begin(), own.end());
  }
  const pagmo::vector_double costs = search->costs_of_batch(genes);
  const auto part = [](const pagmo::vector_double& values, int index, std::size_t size) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(index * size);
    return pagmo::vector_double(begin, begin + static_cast<std::ptrdiff_t>(size));
  };
  for (int i = 0; i < strategy.population; ++i) {
    population.push_back(part(genes, i, search->genes().size()),
                         part(costs, i, search->objectives()));
  }
  const double mutation = 1.0 / static_cast<double>(search->genes().size());
  pagmo::nsga2 algorithm(static_cast<unsigned>(strategy.generations), kCrossover, kCrossoverIndex,
                         mutation, kMutationIndex, seed);
  algorithm.set_bfe(pagmo::bfe{BatchEvaluator{search}});
  algorithm.evolve(population);
}

}  // namespace

std::vector<DesignPoint> search_nsga2(const SweepSpec& spec, const EvaluatePoints& evaluate,
                                      std::int64_t most_steps) {
  const auto& strategy = std::get<Nsga2Strategy>(spec.strategy);
  const auto search = std::make_shared<Search>(spec, evaluate);
  const auto size = static_cast<std::size_t>(strategy.population);
  const std::vector<DesignPoint> all = whole_space(*search, size, most_steps);
  if (all.empty()) {
    evolve(search, strategy);
    return search->take_evaluated();
  }
  evaluate(all);
  return all;
}

}  // namespace deltasim
