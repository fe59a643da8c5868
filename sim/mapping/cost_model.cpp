#include "sim/mapping/cost_model.h"

#include <algorithm>
#include <cmath>

#include "sim/mapping/systolic.h"
#include "sim/mapping/unroll.h"

namespace deltasim {
namespace {

/// The weights of consecutive tiles are the same along the bands.
bool weights_stay(LoopOrder order, const Blocks& b) {
  switch (order) {
    case LoopOrder::kKYC:
      return b.count_c == 1;
    case LoopOrder::kYKC:
      return b.count_k * b.count_c == 1;
    case LoopOrder::kKCY:
      return true;
  }
  return false;
}

double channels_per_tile(const LayerExtent& e, const TileSize& tile) {
  return static_cast<double>(tile.c) * std::max(1, whole_groups(e, tile.k));
}

}  // namespace

CostModel::CostModel(const AcceleratorSpec& accelerator, const MappingRequest& request,
                     const CostParameters& parameters)
    : accelerator_(accelerator),
      request_(request),
      parameters_(parameters),
      extent_(request),
      weight_bits_(static_cast<double>(accelerator.pe_array.weight_bits.value())),
      activation_bits_(static_cast<double>(accelerator.pe_array.activation_bits.value())),
      sum_bits_(static_cast<double>(accelerator.pe_array.partial_sum_bits.value())),
      event_bits_(activation_bits_),
      event_slots_(1),
      density_(1),
      bus_bits_(static_cast<double>(accelerator.noc.link_width.value())),
      glb_bits_cycle_(static_cast<double>(accelerator.glb.width.value()) * accelerator.glb.banks *
                      accelerator.glb.ports),
      dram_bits_cycle_(0),
      least_array_cycles_(0),
      rows_(static_cast<std::size_t>(extent_.height)) {
  const PeArraySpec& array = accelerator.pe_array;
  if (array.dataflow == Dataflow::kEventDriven) {
    event_bits_ += parameters.event_index_bits;
    if (array.zero_handling == ZeroHandling::kSkip) density_ = request.input_density;
  }
  // Whole events go side by side, or one goes in several pieces.
  event_slots_ = event_bits_ <= bus_bits_ ? 1 / std::floor(bus_bits_ / event_bits_)
                                          : std::ceil(event_bits_ / bus_bits_);
  // Operands enter a systolic array at all its columns at once.
  if (accelerator.noc.topology == NocTopology::kSystolic) bus_bits_ *= array.columns;
  const double bytes_per_second = parameters.dram_bytes_per_second > 0
                                      ? parameters.dram_bytes_per_second
                                      : kDramBytesPerSecond * accelerator.dram.channels;
  dram_bits_cycle_ = bytes_per_second * 8 / accelerator.clock.value();
  const double lanes = static_cast<double>(array.pes()) * array.mac_lanes;
  const double valid = array.dataflow == Dataflow::kEventDriven ? extent_.valid_taps : 1;
  least_array_cycles_ =
      static_cast<double>(extent_.macs()) * density_ * valid / lanes + drain_cycles(Mapping{});
  for (int tile_y = 1; tile_y <= extent_.height; ++tile_y) {
    rows_[static_cast<std::size_t>(tile_y - 1)] = input_rows(tile_y);
  }
}

CostModel::Rows CostModel::input_rows(int tile_y) const {
  Rows rows;
  int end = 0;
  for (int y = 0; y < extent_.height; y += tile_y) {
    const Range band = extent_.input_rows({y, std::min(y + tile_y, extent_.height)});
    rows.every_band += band.size();
    rows.once += std::max(0, band.end - std::max(band.begin, end));
    end = std::max(end, band.end);
  }
  return rows;
}

CostModel::Runs CostModel::runs(int extent, int size) {
  const int rest = extent % size;
  return {{size, extent / size}, {rest, rest > 0 ? 1 : 0}};
}

CostModel::Runs CostModel::k_runs(int tile_k) const {
  if (whole_groups(extent_, tile_k) > 0) return runs(extent_.k, tile_k);
  Runs in_group = runs(extent_.k_per_group, tile_k);
  in_group.full.count *= extent_.groups;
  in_group.rest.count *= extent_.groups;
  return in_group;
}

MappingTraffic CostModel::traffic(const Mapping& mapping) const {
  const Blocks blocks = blocks_of(extent_, mapping);
  return traffic(mapping, blocks,
                 residency(accelerator_, request_, extent_, mapping.order, blocks,
                           sums_leave_pes(accelerator_.pe_array.dataflow)));
}

MappingTraffic CostModel::traffic(const Mapping& m, const Blocks& b, const Residency& kept) const {
  const Rows& rows = rows_[static_cast<std::size_t>(m.tile_y - 1)];
  const std::int64_t row = std::int64_t{extent_.batch} * extent_.input_width * extent_.c;
  const std::int64_t k_visits =
      whole_groups(extent_, m.tile_k) > 0 ? 1 : ceil_div(extent_.k_per_group, m.tile_k);
  MappingTraffic t;
  t.weights_filled = extent_.weights() * (weights_stay(m.order, b) ? 1 : b.count_y);
  t.weights_loaded = kept.weights == Keep::kTile ? t.weights_filled : extent_.weights();
  t.inputs_sent = k_visits * rows.every_band * row;
  const bool rows_outermost = m.order == LoopOrder::kYKC;
  if (kept.input == Keep::kWhole) {
    t.inputs_loaded = rows.once * row;
  } else if (kept.input == Keep::kBlock) {
    t.inputs_loaded = rows.once * row * (rows_outermost ? 1 : k_visits);
  } else {
    // Between two tiles of other output channels only, the input stays the same.
    const bool stays = b.count_c == 1 && (rows_outermost || b.count_y == 1);
    t.inputs_loaded = rows.every_band * row * (stays ? 1 : k_visits);
  }
  t.outputs = extent_.outputs();
  t.sums_parked = kept.sums == SumPlace::kPe ? 0 : t.outputs * (b.count_c - 1);
  return t;
}

double CostModel::event_cycles(const Mapping& m, const TileSize& tile, const PeShare& share) const {
  const double rows = extent_.input_rows_under(tile.y);
  const double events = density_ * rows * extent_.input_width * channels_per_tile(extent_, tile);
  // Without multicast, each PE along k, and each band of rows that the event touches, costs a
  // slot of its own.
  const double bands =
      std::min<double>(m.groups_y, m.groups_y * extent_.input_rows_under(share.y) / rows);
  const double copies = accelerator_.noc.multicast ? 1 : m.groups_k * std::max(1.0, bands);
  const double slots = std::max(event_slots_ * copies, event_bits_ / glb_bits_cycle_);
  const double issues = ceil_div(share.k, accelerator_.pe_array.mac_lanes);
  const double work =
      density_ * extent_.valid_taps * share.y * extent_.width * extent_.taps * share.c * issues;
  return std::max(events * slots, work) +
         static_cast<double>(accelerator_.pe_array.pipeline_depth.value());
}

double CostModel::tile_cycles(const Mapping& mapping, const TileSize& tile) const {
  return parameters_.tile_overhead_cycles +
         event_cycles(mapping, tile, pe_share(extent_, mapping, tile));
}

/// Results of several groups_c are added on their way out.
double CostModel::drain_cycles(const Mapping& m) const {
  const bool added = whole_groups(extent_, m.tile_k) == 0;
  const double touched = request_.keeps_state ? request_.touched : 1;
  return static_cast<double>(extent_.outputs()) * touched * (added ? m.groups_c : 1) /
         accelerator_.delta_unit.lanes;
}

double CostModel::array_cycles(const Mapping& mapping) const {
  const Blocks blocks = blocks_of(extent_, mapping);
  return array_cycles(mapping, blocks,
                      residency(accelerator_, request_, extent_, mapping.order, blocks,
                                sums_leave_pes(accelerator_.pe_array.dataflow)));
}

double CostModel::array_cycles(const Mapping& m, const Blocks& b, const Residency& kept) const {
  const Runs ks = k_runs(m.tile_k);
  Runs ys = runs(extent_.height, m.tile_y);
  ys.full.count *= extent_.batch;
  ys.rest.count *= extent_.batch;
  const Runs cs = runs(extent_.c_per_group, m.tile_c);
  const bool stay = weights_stay(m.order, b);
  const double copies = accelerator_.noc.multicast ? 1 : m.groups_y;
  double cycles = 0;
  for (const Run& k : {ks.full, ks.rest}) {
    for (const Run& c : {cs.full, cs.rest}) {
      if (k.count * c.count == 0) continue;
      const double fill = weight_bits_ * k.size * c.size * extent_.taps * copies /
                          std::min(bus_bits_, glb_bits_cycle_);
      double bands = 0;
      for (const Run& y : {ys.full, ys.rest}) {
        if (y.count == 0) continue;
        const double tile = tile_cycles(m, {k.size, y.size, c.size});
        bands += static_cast<double>(y.count) * (stay ? tile : std::max(tile, fill));
      }
      cycles += static_cast<double>(k.count * c.count) * (stay ? std::max(bands, fill) : bands);
    }
  }
  const double parked =
      kept.sums == SumPlace::kPe ? 0 : static_cast<double>(extent_.outputs() * (b.count_c - 1));
  return cycles + drain_cycles(m) + 2 * parked * sum_bits_ / glb_bits_cycle_;
}

/// State that has a memory of its own passes neither DRAM nor buffer. It is as much for every
/// mapping, so that it does not rank them.
double CostModel::state_bits() const {
  if (!request_.keeps_state) return 0;
  return 2 * request_.touched * static_cast<double>(extent_.outputs()) *
         static_cast<double>(accelerator_.state.bits.value());
}

double CostModel::state_bits_in(StatePlace place) const {
  return request_.state_place.value_or(accelerator_.state.place) == place ? state_bits() : 0;
}

double CostModel::dram_bits(const MappingTraffic& t, SumPlace sums) const {
  const int bits = static_cast<int>(activation_bits_);
  const double maps =
      expected_bits(request_.format, static_cast<double>(t.inputs_loaded), request_.input_density,
                    bits) +
      expected_bits(request_.format, static_cast<double>(t.outputs), request_.output_density, bits);
  const double spilled =
      sums == SumPlace::kDram ? 2 * static_cast<double>(t.sums_parked) * sum_bits_ : 0;
  const double state = state_bits_in(StatePlace::kDram);
  return maps + static_cast<double>(t.weights_loaded) * weight_bits_ + spilled + state;
}

double CostModel::glb_bits(const MappingTraffic& t, SumPlace sums) const {
  const int bits = static_cast<int>(activation_bits_);
  const double maps =
      expected_bits(request_.format, static_cast<double>(t.inputs_loaded + t.inputs_sent),
                    request_.input_density, bits) +
      2 * expected_bits(request_.format, static_cast<double>(t.outputs), request_.output_density,
                        bits);
  const double weights = static_cast<double>(t.weights_loaded + t.weights_filled) * weight_bits_;
  const double parked =
      sums == SumPlace::kPe ? 0 : 2 * static_cast<double>(t.sums_parked) * sum_bits_;
  const double state = state_bits_in(StatePlace::kGlb);
  return maps + weights + parked + state;
}

/// A multicast tree on a mesh has a path of average length and a link more for each target.
double CostModel::noc_bit_hops(const Mapping& m, const MappingTraffic& t) const {
  const PeArraySpec& array = accelerator_.pe_array;
  const auto hops = [&](double targets) {
    const bool routed = accelerator_.noc.topology == NocTopology::kMesh;
    const double path = routed ? (array.rows + array.columns) / 2.0 : 1;
    if (!accelerator_.noc.multicast) return path * targets;
    return routed ? path + targets - 1 : path;
  };
  const double inputs = static_cast<double>(t.inputs_sent) * density_ * event_bits_;
  const double weights = static_cast<double>(t.weights_filled) * weight_bits_;
  return inputs * hops(m.groups_k) + weights * hops(m.groups_y);
}

double CostModel::first_fill_cycles(const Mapping& m) const {
  const double weights = std::min<double>(static_cast<double>(extent_.weights()),
                                          static_cast<double>(m.tile_k) * m.tile_c * extent_.taps) *
                         weight_bits_;
  return weights / dram_bits_cycle_ + weights / std::min(bus_bits_, glb_bits_cycle_);
}

MappingCost CostModel::price(const Mapping& m, const MappingTraffic& t, SumPlace sums,
                             double cycles) const {
  const MappingEnergies& energy = parameters_.energy;
  const double dram = dram_bits(t, sums);
  const bool zeros_cost = accelerator_.pe_array.zero_handling == ZeroHandling::kNone;
  const double macs = static_cast<double>(extent_.macs()) * extent_.valid_taps *
                      (zeros_cost ? 1 : request_.input_density);
  const double register_bits = macs * (weight_bits_ + 2 * sum_bits_) +
                               static_cast<double>(t.weights_filled) * m.groups_y * weight_bits_;
  MappingCost cost;
  const double dram_cycles = dram / dram_bits_cycle_;
  cost.cycles = std::max(cycles, dram_cycles) +
                parameters_.overlap_loss * std::min(cycles, dram_cycles) + first_fill_cycles(m);
  cost.energy_pJ = macs * energy.mac + register_bits * energy.register_file_bit +
                   noc_bit_hops(m, t) * energy.noc_bit_hop + glb_bits(t, sums) * energy.glb_bit +
                   dram * energy.dram_bit;
  return cost;
}

MappingCost CostModel::cost(const Mapping& m) const {
  if (is_systolic(accelerator_.pe_array.dataflow)) return systolic_cost(m);
  const Blocks blocks = blocks_of(extent_, m);
  const Residency kept = residency(accelerator_, request_, extent_, m.order, blocks,
                                   sums_leave_pes(accelerator_.pe_array.dataflow));
  return price(m, traffic(m, blocks, kept), kept.sums, array_cycles(m, blocks, kept));
}

MappingCost CostModel::lower_bound(const Mapping& m) const {
  const Blocks blocks = blocks_of(extent_, m);
  const Residency kept = residency(accelerator_, request_, extent_, m.order, blocks,
                                   sums_leave_pes(accelerator_.pe_array.dataflow));
  return price(m, traffic(m, blocks, kept), kept.sums, least_array_cycles_);
}

/// Few candidates, so that the tiles themselves are summed.
MappingCost CostModel::systolic_cost(const Mapping& m) const {
  const PeArraySpec& array = accelerator_.pe_array;
  const TileProgram program = tiles_of(accelerator_, request_, extent_, m);
  std::int64_t cycles = -1;
  for (const Tile& tile : program.tiles) cycles += systolic_fold_cycles(array, tile);
  return price(m, traffic_of(extent_, array.dataflow, program), program.partial_sums,
               static_cast<double>(cycles));
}

MappingTraffic traffic_of(const LayerExtent& e, Dataflow dataflow, const TileProgram& program) {
  MappingTraffic t;
  for (const Tile& tile : program.tiles) {
    const std::int64_t weights = std::int64_t{tile.k.size()} * tile.window.size();
    const std::int64_t sums = std::int64_t{tile.k.size()} * tile.pixels.size();
    if (tile.load_weights) t.weights_loaded += weights;
    if (tile.fill_pes) t.weights_filled += weights;
    if (tile.load_input) {
      t.inputs_loaded += std::int64_t{tile.load_rows.size()} * tile.load_c.size() * e.input_width;
    }
    t.inputs_sent += is_systolic(dataflow)
                         ? std::int64_t{tile.pixels.size()} * tile.window.size()
                         : std::int64_t{tile.input_rows.size()} * tile.c.size() * e.input_width;
    if (tile.last_c) {
      t.outputs += sums;
    } else if (program.partial_sums != SumPlace::kPe) {
      t.sums_parked += sums;
    }
  }
  return t;
}

}  // namespace deltasim
