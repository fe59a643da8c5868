#include "report/sweep_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "report/designs_over_clips.h"
#include "report/pareto.h"

namespace deltasim {
namespace {

struct Prefix {
  double size;  ///< in the unit that values are stated in
  const char* text;
};

/// Units that a value may be shown in, by rising size; one where there is no choice.
std::vector<Prefix> prefixes_of(const std::string& unit) {
  if (unit == "pJ") {
    return {{1, "pJ"}, {1e3, "nJ"}, {1e6, "µJ"}, {1e9, "mJ"}, {1e12, "J"}};
  }
  if (unit == "s") return {{1e-9, "ns"}, {1e-6, "µs"}, {1e-3, "ms"}, {1, "s"}};
  if (unit == "bytes") {
    return {{1, "B"}, {1024, "KiB"}, {1024.0 * 1024, "MiB"}, {1024.0 * 1024 * 1024, "GiB"}};
  }
  if (unit == "mm2") return {{1, "mm²"}};
  return {{1, unit.c_str()}};
}

double middle(std::vector<double> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, at);
  if (values.size() % 2 == 1) return *at;
  return (*at + *std::max_element(values.begin(), at)) / 2;
}

ShownUnit unit_for(const std::string& unit, double typical) {
  const std::vector<Prefix> prefixes = prefixes_of(unit);
  ShownUnit chosen{1 / prefixes.front().size, prefixes.front().text};
  for (const Prefix& prefix : prefixes) {
    if (typical >= prefix.size) chosen = {1 / prefix.size, prefix.text};
  }
  return chosen;
}

std::vector<double> values_of(const SweepResult& sweep, const DesignTable& table,
                              std::size_t objective) {
  std::vector<double> values;
  values.reserve(table.done.size());
  for (const DonePoint& point : table.done) {
    values.push_back(sweep.points[point.index].objectives[objective]);
  }
  return values;
}

ObjectiveFigures figures_of(const SweepResult& sweep, const DesignTable& table,
                            std::size_t objective, const std::vector<double>& values) {
  auto [best, worst] = std::ranges::minmax_element(values);
  // Of designs that are as bad, the first as well.
  worst = std::ranges::find(values, *worst);
  if (!sweep.objectives[objective].minimised) std::swap(best, worst);
  const auto index = [&](auto at) {
    return table.done[static_cast<std::size_t>(at - values.begin())].index;
  };
  return {.best = index(best),
          .worst = index(worst),
          .as_good = static_cast<std::size_t>(std::ranges::count(values, *best)),
          .median = middle(values)};
}

SweepFront front_in(const SweepResult& sweep, const DesignTable& table,
                    std::vector<std::size_t> objectives) {
  std::vector<SweepObjective> kinds;
  for (const std::size_t o : objectives) kinds.push_back(sweep.objectives[o]);
  std::vector<Costs> costs;
  for (const DonePoint& point : table.done) {
    std::vector<double> values;
    for (const std::size_t o : objectives)
      values.push_back(sweep.points[point.index].objectives[o]);
    costs.push_back(costs_of(values, kinds));
  }
  SweepFront front{.objectives = std::move(objectives), .points = {}, .knee = {}};
  std::vector<Costs> best;
  for (const std::size_t i : non_dominated(costs)) {
    front.points.push_back(table.done[i].index);
    best.push_back(costs[i]);
  }
  if (const auto knee = knee_point(best)) front.knee = front.points[*knee];
  return front;
}

std::optional<std::size_t> base_point(const DesignTable& table) {
  const auto is_base = [&](const DonePoint& point) {
    for (std::size_t a = 0; a < table.axes.size(); ++a) {
      if (table.axes[a].base != point.levels[a]) return false;
    }
    return true;
  };
  const auto found = std::ranges::find_if(table.done, is_base);
  if (found == table.done.end()) return {};
  return found->index;
}

void find_fronts(SweepAnalysis& analysis, const SweepResult& sweep) {
  const std::size_t objectives = sweep.objectives.size();
  if (objectives < 2 || analysis.table.done.empty()) return;
  for (std::size_t x = 0; x < objectives; ++x) {
    for (std::size_t y = x + 1; y < objectives; ++y) {
      analysis.pairs.push_back(front_in(sweep, analysis.table, {x, y}));
    }
  }
  std::vector<std::size_t> all(objectives);
  std::iota(all.begin(), all.end(), std::size_t{0});
  analysis.front = front_in(sweep, analysis.table, std::move(all));
}

SweepAnalysis analyse_points(const SweepResult& sweep) {
  SweepAnalysis analysis{.designs = {}, .table = design_table(sweep)};
  for (std::size_t o = 0; o < sweep.objectives.size(); ++o) {
    std::vector<double> values = values_of(sweep, analysis.table, o);
    if (!values.empty()) {
      analysis.figures.push_back(figures_of(sweep, analysis.table, o, values));
      for (double& value : values) value = std::abs(value);
    }
    analysis.units.push_back(
        unit_for(sweep.objectives[o].unit, values.empty() ? 0 : middle(values)));
    analysis.shares.push_back(variance_shares(sweep, analysis.table, o));
  }
  for (std::size_t a = 0; a < analysis.table.axes.size(); ++a) {
    analysis.trends.push_back(trends_along(sweep, analysis.table, a));
  }
  find_fronts(analysis, sweep);
  analysis.base = base_point(analysis.table);
  return analysis;
}

}  // namespace

std::string shown(double value, const ShownUnit& unit) {
  return fmt::format("{:.4g}{}{}", value * unit.factor, unit.text.empty() ? "" : " ", unit.text);
}

std::string titled(const std::string& name, const ShownUnit& unit) {
  return unit.text.empty() ? name : fmt::format("{} ({})", name, unit.text);
}

SweepAnalysis analyse(const SweepResult& sweep) {
  std::optional<SweepResult> designs = designs_over_clips(sweep);
  SweepAnalysis analysis = analyse_points(designs ? *designs : sweep);
  analysis.designs = std::move(designs);
  return analysis;
}

}  // namespace deltasim
