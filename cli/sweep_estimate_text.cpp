#include <fmt/format.h>

#include "cli/progress.h"
#include "cli/sweep_commands.h"

namespace deltasim::cli {
namespace {

std::string space_text(const SweepSpec& spec, const SweepEstimate& estimate) {
  const std::size_t count = spec.parameters.size();
  std::string text = fmt::format("{}: {} parameter{}\n", spec.name, count, count == 1 ? "" : "s");
  for (const SweepParameter& parameter : spec.parameters) {
    text += fmt::format("  {:<44} {:>4} level{}\n", parameter.name, parameter.levels.size(),
                        parameter.levels.size() == 1 ? "" : "s");
  }
  text += fmt::format("combinations: {}", estimate.combinations);
  if (!estimate.dropped) {
    text += ", too many to try the constraints on each";
  } else if (!spec.constraints.empty()) {
    text += fmt::format(", of which {} fall to constraints", *estimate.dropped);
  }
  return text + "\n";
}

std::string work_text(const SweepEstimate& estimate) {
  std::string text =
      fmt::format("points: {}{}", estimate.searched ? "at most " : "", estimate.points);
  if (estimate.equal > 0) text += fmt::format(" ({} more equal one of them)", estimate.equal);
  if (estimate.there > 0) text += fmt::format(", of which {} are there already", estimate.there);
  text += fmt::format(
      "\nsimulations: {}{}{}\n", estimate.searched ? "at most " : "", estimate.simulations,
      estimate.points > estimate.simulations ? "; the other points share one and are accounted anew"
                                             : "");
  text += estimate.recordings == 0 ? "recordings: none is stored\n"
                                   : fmt::format(
                                         "recordings: {}, shared by all points that need "
                                         "the same\n",
                                         estimate.recordings);
  return text;
}

}  // namespace

std::string estimate_text(const SweepSpec& spec, const SweepEstimate& estimate, int jobs) {
  const std::string accounted =
      estimate.accounting_s ? fmt::format(", {:.3g} s accounted anew", *estimate.accounting_s) : "";
  return space_text(spec, estimate) + work_text(estimate) +
         fmt::format("a point: {:.3g} s simulated{} ({})\nestimated time: {} with {} job{}\n",
                     estimate.simulation_s, accounted, estimate.basis,
                     format_duration(estimate.seconds), jobs, jobs == 1 ? "" : "s");
}

}  // namespace deltasim::cli
