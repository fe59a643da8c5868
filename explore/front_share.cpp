#include "explore/front_share.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "explore/hypervolume.h"

namespace deltasim {
namespace {

std::vector<std::string> axes_of(const SweepResult& sweep) {
  std::vector<std::string> names;
  for (const SweepAxis& axis : sweep.axes) names.push_back(axis.name);
  return names;
}

std::vector<std::string> objectives_of(const SweepResult& sweep) {
  std::vector<std::string> texts;
  for (const SweepObjective& objective : sweep.objectives) {
    texts.push_back(
        fmt::format("{} {}", objective.minimised ? "minimise" : "maximise", objective.expression));
  }
  return texts;
}

void require_same(const std::string& what, const std::vector<std::string>& found,
                  const std::vector<std::string>& reference) {
  if (found == reference) return;
  throw ConfigError(
      Fault{.key_path = what,
            .found = fmt::format("{}", fmt::join(found, "; ")),
            .expected = fmt::format("those of the reference, {}", fmt::join(reference, "; "))});
}

std::vector<Costs> costs_of_done(const SweepResult& sweep) {
  std::vector<Costs> costs;
  for (const SweepPoint& point : sweep.points) {
    if (point.status != PointStatus::kDone) continue;
    costs.push_back(costs_of(point.objectives, sweep.objectives));
  }
  if (costs.empty()) throw ConfigError("sweep " + sweep.name, "no point of it is done");
  return costs;
}

std::int64_t evaluated(const SweepResult& sweep) {
  return std::ranges::count_if(
      sweep.points, [](const SweepPoint& point) { return point.status != PointStatus::kOpen; });
}

}  // namespace

FrontShare front_share(const SweepResult& found, const SweepResult& reference) {
  require_same("parameters", axes_of(found), axes_of(reference));
  require_same("objectives", objectives_of(found), objectives_of(reference));
  return {.hypervolume = relative_hypervolume(costs_of_done(found), costs_of_done(reference)),
          .evaluated = evaluated(found),
          .reference_evaluated = evaluated(reference)};
}

}  // namespace deltasim
