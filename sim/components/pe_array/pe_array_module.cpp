#include "sim/components/pe_array/pe_array_module.h"

#include <algorithm>

#include "arch/errors.h"
#include "sim/components/glb/glb_regions.h"
#include "sim/mapping/footprint.h"
#include "sim/mapping/systolic.h"

namespace deltasim {
namespace {

/// Cycles from the dispatcher into a FIFO.
constexpr std::int64_t kDispatchLatency = 1;
/// Sub-trains that may be on their way to the dispatcher before the one ahead has left it.
constexpr int kSubTrainsAhead = 2;

std::int64_t dense_macs_of(const Tile& tile) {
  return std::int64_t{tile.k.size()} * tile.pixels.size() * tile.window.size();
}

}  // namespace

PeArrayModule::PeArrayModule(sc_core::sc_module_name name, const AcceleratorSpec& spec,
                             const ClockDomain& clock)
    : sc_module(name), to_noc("to_noc"), spec_(spec), clock_(clock) {}

void PeArrayModule::fill(const LayerWork& work, const Tile& tile) {
  const Mapping& mapping = work.program().mapping;
  TransferInfo info;
  info.kind = DataKind::kWeight;
  info.bits = work.weight_bits(tile);
  info.address = glb_address(spec_.glb, GlbRegion::kWeights, std::int64_t{tile.window.begin});
  // A weight goes to all PEs that share its output and input channels.
  info.to = {.groups = mapping.groups_y, .pes_per_group = 1};
  wait(send(to_noc, info, tlm::TLM_READ_COMMAND));
  activity_.at(Component::kRegisterFile, Action::kWrite, DataKind::kWeight) +=
      info.bits * mapping.groups_y;
}

TileResult PeArrayModule::compute(const LayerWork& work, const Tile& tile) {
  switch (spec_.pe_array.dataflow) {
    case Dataflow::kEventDriven:
      return compute_events(work, tile);
    case Dataflow::kWeightStationary:
    case Dataflow::kOutputStationary:
    case Dataflow::kInputStationary:
      return compute_systolic(work, tile);
    case Dataflow::kRowStationary:
      return compute_row_stationary(work, tile);
  }
  throw InternalError("unknown dataflow");
}

sc_core::sc_time PeArrayModule::read_rows(const LayerWork& work, const Tile& tile,
                                          const std::vector<int>& rows, std::int64_t& first_cycle) {
  const Mapping& mapping = work.program().mapping;
  TransferInfo info;
  for (const int row : rows) {
    const EncodedSize size = work.input_row(tile, row);
    info.bits += size.value_bits;
    info.index_bits += size.index_bits;
  }
  info.address = glb_address(spec_.glb, GlbRegion::kActivations,
                             std::int64_t{rows.front()} * work.plan().layer.input.width *
                                 work.plan().layer.input.channels);
  info.to = {.groups = 1, .pes_per_group = mapping.groups_k};
  const sc_core::sc_time done = send(to_noc, info, tlm::TLM_READ_COMMAND);
  first_cycle = clock_.now(info.first_arrival);
  return done;
}

TileResult PeArrayModule::compute_events(const LayerWork& work, const Tile& tile) {
  const Mapping& mapping = work.program().mapping;
  const std::int64_t event_bits = spec_.pe_array.activation_bits.value();
  const auto slots =
      static_cast<int>(std::max<std::int64_t>(1, spec_.noc.link_width.value() / event_bits));
  EventArray array(spec_.pe_array, mapping, work.plan().layer, slots, Cycles(kDispatchLatency));
  const std::int64_t begin = clock_.now();
  array.begin(tile, work.operands(), begin);
  std::vector<std::int64_t> left;  // cycle in which each sub-train has left the dispatcher
  std::int64_t last_arrival = begin;
  for (int i = 0; i < array.sub_trains(); ++i) {
    if (i >= kSubTrainsAhead) {
      wait(clock_.until(left[static_cast<std::size_t>(i - kSubTrainsAhead)]));
    }
    std::int64_t first = 0;
    last_arrival = clock_.now(read_rows(work, tile, array.sub_train_rows(i), first));
    array.run(i, first);
    left.push_back(std::max(array.dispatched(), last_arrival));
  }
  const TileWork done = array.finish(last_arrival);
  wait(clock_.until(begin + done.cycles));
  count_macs(done.macs, 0);
  const std::int64_t fifo_bits = done.deliveries * mapping.groups_k * event_bits;
  activity_.at(Component::kRegisterFile, Action::kWrite, DataKind::kActivation) += fifo_bits;
  activity_.at(Component::kRegisterFile, Action::kRead, DataKind::kActivation) += fifo_bits;
  return {done.macs, done.cycles, done.stalls};
}

void PeArrayModule::read_operand(DataKind kind, std::int64_t bits, const Destinations& to) {
  TransferInfo info;
  info.kind = kind;
  info.bits = bits;
  info.to = to;
  info.spread = Spread::kScatter;
  info.address = glb_address(
      spec_.glb, kind == DataKind::kWeight ? GlbRegion::kWeights : GlbRegion::kActivations, 0);
  wait(send(to_noc, info, tlm::TLM_READ_COMMAND));
}

TileResult PeArrayModule::compute_systolic(const LayerWork& work, const Tile& tile) {
  const std::int64_t begin = clock_.now();
  const PeArraySpec& pe = spec_.pe_array;
  const std::int64_t window = tile.window.size();
  // Every operand enters at the edge of the array once a fold, and is handed on inside.
  read_operand(DataKind::kActivation, tile.pixels.size() * window * pe.activation_bits.value(),
               {.groups = 1, .pes_per_group = pe.columns});
  read_operand(DataKind::kWeight, tile.k.size() * window * pe.weight_bits.value(),
               {.groups = 1, .pes_per_group = pe.rows});
  const std::int64_t cycles = std::max(systolic_fold_cycles(pe, tile), clock_.now() - begin);
  wait(clock_.until(begin + cycles));
  return finish_fixed(work, tile, cycles);
}

TileResult PeArrayModule::compute_row_stationary(const LayerWork& work, const Tile& tile) {
  const std::int64_t begin = clock_.now();
  const PeArraySpec& pe = spec_.pe_array;
  const Layer& layer = work.plan().layer;
  for (int row = tile.input_rows.begin; row < tile.input_rows.end; ++row) {
    std::int64_t first = 0;
    wait(read_rows(work, tile, {row}, first));
  }
  const LayerExtent extent = layer_extent(layer);
  const PeShare share =
      pe_share(extent, work.program().mapping, {tile.k.size(), tile.y.size(), tile.c.size()});
  const std::int64_t passes = std::int64_t{share.k} * share.c * share.conv_groups;
  const std::int64_t pass =
      std::int64_t{layer.window.kernel_w} * layer.output.width * kernel_folds(pe, extent);
  const std::int64_t cycles = std::max(passes * pass, clock_.now() - begin);
  wait(clock_.until(begin + cycles));
  return finish_fixed(work, tile, cycles);
}

TileResult PeArrayModule::finish_fixed(const LayerWork& work, const Tile& tile,
                                       std::int64_t cycles) {
  TileResult result;
  const std::int64_t dense = dense_macs_of(tile);
  result.cycles = cycles;
  result.macs = dense;
  if (spec_.pe_array.zero_handling == ZeroHandling::kGate && work.operands() != nullptr) {
    result.macs = std::min(dense, work.effectual_macs(tile));
  }
  count_macs(result.macs, dense - result.macs);
  result.stalls[static_cast<std::size_t>(Stall::kUnmapped)] =
      std::int64_t{spec_.pe_array.pes()} * spec_.pe_array.mac_lanes * cycles - result.macs;
  return result;
}

void PeArrayModule::count_macs(std::int64_t macs, std::int64_t gated) {
  const PeArraySpec& pe = spec_.pe_array;
  activity_.at(Component::kPe, Action::kMac, DataKind::kActivation) += macs;
  activity_.at(Component::kPe, Action::kGatedMac, DataKind::kActivation) += gated;
  activity_.at(Component::kRegisterFile, Action::kRead, DataKind::kWeight) +=
      macs * pe.weight_bits.value();
  activity_.at(Component::kRegisterFile, Action::kRead, DataKind::kPartialSum) +=
      macs * pe.partial_sum_bits.value();
  activity_.at(Component::kRegisterFile, Action::kWrite, DataKind::kPartialSum) +=
      macs * pe.partial_sum_bits.value();
}

void PeArrayModule::move_sums(const LayerWork& work, const Tile& tile, tlm::tlm_command direction) {
  TransferInfo info;
  info.kind = DataKind::kPartialSum;
  info.bits = work.parked(tile).bits;
  info.address = glb_address(spec_.glb, GlbRegion::kPartialSums, 0);
  info.to = {.groups = 1, .pes_per_group = spec_.pe_array.pes()};
  info.spread = Spread::kScatter;
  wait(send(to_noc, info, direction));
}

}  // namespace deltasim
