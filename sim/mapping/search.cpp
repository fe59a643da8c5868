#include <fmt/core.h>

#include <limits>
#include <optional>

#include "sim/mapping/candidates.h"
#include "sim/mapping/cost_model.h"
#include "sim/mapping/row_stationary_program.h"
#include "sim/mapping/systolic.h"
#include "sim/mapping/unroll.h"

namespace deltasim {
namespace {

double score(const MappingCost& cost, MappingObjective objective) {
  switch (objective) {
    case MappingObjective::kEnergyDelay:
      return cost.energy_delay();
    case MappingObjective::kCycles:
      return cost.cycles;
    case MappingObjective::kEnergy:
      return cost.energy_pJ;
  }
  return cost.energy_delay();
}

struct Best {
  std::optional<Mapping> mapping;
  MappingCost cost;
  double score = std::numeric_limits<double>::infinity();
  std::int64_t candidates = 0;
};

Best search(const AcceleratorSpec& accelerator, const MappingRequest& request,
            MappingObjective objective, const CostModel& model) {
  const bool bounded = !is_systolic(accelerator.pe_array.dataflow);
  Best best;
  for_each_legal(accelerator, request, [&](const Mapping& mapping) {
    ++best.candidates;
    if (bounded && score(model.lower_bound(mapping), objective) >= best.score) return;
    const MappingCost cost = model.cost(mapping);
    const double value = score(cost, objective);
    // Strictly less: of equals, the first.
    if (best.mapping && value >= best.score) return;
    best.mapping = mapping;
    best.cost = cost;
    best.score = value;
  });
  return best;
}

/// What stands in the way of the smallest mapping stands in the way of all; where each memory
/// would do for some mapping, the length of the program is what is too much.
[[noreturn]] void throw_nothing_fits(const AcceleratorSpec& accelerator,
                                     const MappingRequest& request, const LayerExtent& extent) {
  Mapping smallest;
  if (is_systolic(accelerator.pe_array.dataflow)) {
    smallest.tile_c = extent.c_per_group;
    smallest.tile_y = extent.height;
  }
  std::vector<Fault> faults = mapping_faults(accelerator, request, extent, smallest);
  const auto tiles_only = [](const Fault& fault) { return fault.key_path == "mapping"; };
  if (faults.size() > 1) std::erase_if(faults, tiles_only);
  DELTASIM_INVARIANT(!faults.empty(), "the search covers the smallest mapping");
  throw ConfigError(std::move(faults));
}

}  // namespace

std::string_view to_string(LoopOrder order) {
  switch (order) {
    case LoopOrder::kKYC:
      return "KYC";
    case LoopOrder::kYKC:
      return "YKC";
    case LoopOrder::kKCY:
      return "KCY";
  }
  return "";
}

std::string_view to_string(SumPlace place) {
  switch (place) {
    case SumPlace::kPe:
      return "pe";
    case SumPlace::kGlb:
      return "glb";
    case SumPlace::kDram:
      return "dram";
  }
  return "";
}

std::string to_string(const Mapping& m) {
  return fmt::format("{} k{} y{} c{}, PEs {}x{}x{}", to_string(m.order), m.tile_k, m.tile_y,
                     m.tile_c, m.groups_k, m.groups_y, m.groups_c);
}

std::string mapping_text(const TileProgram& program) {
  return program.row_stationary ? to_string(*program.row_stationary) : to_string(program.mapping);
}

TileProgram map_layer(const AcceleratorSpec& accelerator, const MappingRequest& request,
                      MappingObjective objective, const CostParameters& parameters) {
  if (accelerator.pe_array.dataflow == Dataflow::kRowStationary) {
    return map_row_stationary(accelerator, request, parameters);
  }
  const CostModel model(accelerator, request, parameters);
  const Best best = search(accelerator, request, objective, model);
  if (!best.mapping) throw_nothing_fits(accelerator, request, model.extent());
  TileProgram program = tiles_of(accelerator, request, model.extent(), *best.mapping);
  program.candidates = best.candidates;
  program.estimate = best.cost;
  return program;
}

}  // namespace deltasim
