#include "sim/mapping/row_stationary_program.h"

#include <fmt/core.h>

#include <algorithm>

#include "sim/mapping/footprint.h"
#include "sim/mapping/row_stationary.h"

namespace deltasim {
namespace {

/// Every tile fetches its weights and rows anew: what the buffer holds are the partial sums.
Tile tile_of(const LayerExtent& e, int group, Range k, Range y) {
  Tile tile;
  tile.k = k;
  tile.y = y;
  tile.c = {group * e.c_per_group, (group + 1) * e.c_per_group};
  tile.pixels = {y.begin * e.width, y.end * e.width};
  tile.window = {0, e.window_size()};
  tile.input_rows = e.input_rows(y);
  tile.load_rows = tile.input_rows;
  tile.load_c = tile.c;
  tile.load_weights = true;
  tile.load_input = !tile.load_rows.empty();
  tile.first_c = tile.last_c = true;
  tile.fill_pes = true;
  return tile;
}

std::vector<Tile> tiles_of(const LayerExtent& e, const RowStationaryMapping& m) {
  std::vector<Tile> tiles;
  for (int k = 0; k < e.k; k += m.m) {
    for (int y = 0; y < e.height; y += m.e) {
      tiles.push_back(
          tile_of(e, k / e.k_per_group, {k, k + m.m}, {y, std::min(y + m.e, e.height)}));
    }
  }
  return tiles;
}

/// What the chip's own accesses cost; the clock and the DRAM's rows are not in it.
MappingCost estimate(const AcceleratorSpec& accelerator, const MappingRequest& request,
                     const RowStationaryWork& work, const CostParameters& parameters) {
  const PeArraySpec& array = accelerator.pe_array;
  const MappingEnergies& energy = parameters.energy;
  const auto bits = [](std::int64_t words, Bits each) {
    return static_cast<double>(words) * static_cast<double>(each.value());
  };
  const int word = static_cast<int>(array.activation_bits.value());
  const auto coded = [&](std::int64_t words, double density) {
    return expected_bits(request.format, static_cast<double>(words), density, word);
  };
  const bool zeros_cost = array.zero_handling == ZeroHandling::kNone;
  const std::int64_t dense = LayerExtent(request.layer).macs();
  const double macs = static_cast<double>(dense) * (zeros_cost ? 1 : request.input_density);
  const double buffer = bits(work.inputs_read, array.activation_bits) +
                        bits(work.filters_read, array.weight_bits) +
                        bits(work.sums_read + work.sums_written, array.partial_sum_bits);
  const double registers =
      bits(dense + work.input_fills, array.activation_bits) +
      bits(work.filter_fills, array.weight_bits) +
      macs * static_cast<double>((array.weight_bits + array.partial_sum_bits * 2).value());
  const double dram = bits(work.dram_weights, array.weight_bits) +
                      coded(work.dram_inputs, request.input_density) +
                      coded(work.dram_outputs, request.output_density);
  MappingCost cost;
  cost.cycles = static_cast<double>(work.cycles);
  cost.energy_pJ = macs * energy.mac + registers * energy.register_file_bit +
                   (buffer + bits(work.sum_hops, array.partial_sum_bits)) * energy.noc_bit_hop +
                   buffer * energy.glb_bit + dram * energy.dram_bit;
  return cost;
}

TileProgram program_of(const AcceleratorSpec& accelerator, const MappingRequest& request,
                       const RowStationaryModel& model, const RowStationaryMapping& mapping,
                       const CostParameters& parameters) {
  const LayerExtent extent(request.layer);
  TileProgram program;
  program.mapping.tile_k = mapping.m;
  program.mapping.tile_y = mapping.e;
  program.mapping.tile_c = extent.c_per_group;
  program.row_stationary = mapping;
  program.tiles = tiles_of(extent, mapping);
  program.candidates = 1;
  program.estimate = estimate(accelerator, request, model.work(mapping), parameters);
  return program;
}

RowStationaryModel model_of(const AcceleratorSpec& accelerator, const MappingRequest& request) {
  require_batch_modelled(accelerator, request.batch);
  return {row_stationary_array(accelerator), LayerExtent(request.layer), 1};
}

}  // namespace

void require_batch_modelled(const AcceleratorSpec& accelerator, int batch) {
  if (batch == 1 || accelerator.pe_array.dataflow != Dataflow::kRowStationary) return;
  throw ConfigError(
      Fault{.file = "accelerator " + accelerator.name,
            .key_path = "batch",
            .found = std::to_string(batch),
            .expected = "1, since a batch on a row_stationary array is not modelled"});
}

TileProgram map_row_stationary(const AcceleratorSpec& accelerator, const MappingRequest& request,
                               const CostParameters& parameters) {
  const RowStationaryModel model = model_of(accelerator, request);
  constexpr double kDense = 1;
  const auto best = model.best(kDense);
  if (!best) {
    RowStationaryMapping smallest;
    smallest.f = request.layer.output.width;
    throw ConfigError(model.faults(smallest, request.layer.name));
  }
  TileProgram program = program_of(accelerator, request, model, *best, parameters);
  program.candidates = static_cast<std::int64_t>(model.legal_mappings().size());
  return program;
}

TileProgram unroll(const AcceleratorSpec& accelerator, const MappingRequest& request,
                   const RowStationaryMapping& mapping, const CostParameters& parameters) {
  const RowStationaryModel model = model_of(accelerator, request);
  std::vector<Fault> faults = model.faults(mapping, request.layer.name);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return program_of(accelerator, request, model, mapping, parameters);
}

}  // namespace deltasim
