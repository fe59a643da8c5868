#pragma once
// A made-up sweep of two parameters and two objectives, for tests that need no simulation.

#include <string>
#include <vector>

#include "explore/sweep_spec.h"
#include "tests/support/temporary_directory.h"

namespace deltasim::test {

/// @param folder gets the base experiment
inline SweepSpec made_up_sweep(const TemporaryDirectory& folder) {
  SweepSpec spec;
  spec.name = "made_up";
  spec.description = "Which depth?";
  spec.experiment = folder.write("base.yaml", "trace: a.dtrace\n");
  spec.parameters = {
      {.name = "accelerator.pe_array.fifo_depth",
       .levels = {{.label = "1", .sets = {{"accelerator.pe_array.fifo_depth", "1"}}},
                  {.label = "4", .sets = {{"accelerator.pe_array.fifo_depth", "4"}}}}},
      {.name = "energy",
       .levels = {{.label = "a \"quoted\" one", .sets = {{"energy", "a"}}},
                  {.label = "b", .sets = {{"energy", "b"}}}}}};
  spec.objectives = {{.name = "energy", .expression = "e", .minimised = true, .unit = "pJ"},
                     {.name = "top1", .expression = "t", .minimised = false}};
  spec.strategy = GridStrategy{};
  spec.text = "name: made_up\nparameters: as above\n";
  return spec;
}

/// The grid of made_up_sweep(), with made-up hashes.
inline std::vector<SweepPoint> made_up_points(const SweepSpec& spec) {
  std::vector<SweepPoint> points;
  for (const Level& depth : spec.parameters[0].levels) {
    for (const Level& energy : spec.parameters[1].levels) {
      const auto id = static_cast<std::int64_t>(points.size());
      points.push_back(
          {.id = id, .hash = "hash" + std::to_string(id), .values = {depth.label, energy.label}});
    }
  }
  return points;
}

}  // namespace deltasim::test
