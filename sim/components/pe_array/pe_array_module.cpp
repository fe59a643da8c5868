#include "sim/components/pe_array/pe_array_module.h"

#include <algorithm>
#include <deque>

#include "arch/errors.h"
#include "sim/components/glb/glb_regions.h"
#include "sim/mapping/footprint.h"
#include "sim/mapping/row_stationary.h"
#include "sim/mapping/systolic.h"

namespace deltasim {
namespace {

/// Cycles from the dispatcher into a FIFO.
constexpr std::int64_t kDispatchLatency = 1;
/// Events that wait before the dispatcher: enough to hide the way from the buffer. Two sub-trains
/// are let in however long they are.
constexpr std::int64_t kEventsAhead = 512;
constexpr std::size_t kSubTrainsAhead = 2;

std::int64_t dense_macs_of(const Tile& tile) {
  return std::int64_t{tile.k.size()} * tile.pixels.size() * tile.window.size();
}

}  // namespace

PeArrayModule::PeArrayModule(sc_core::sc_module_name name) : sc_module(name), to_noc("to_noc") {}

void PeArrayModule::start(const AcceleratorSpec& spec, const ClockDomain& clock) {
  spec_ = &spec;
  clock_ = clock;
  activity_ = {};
  tracks_.reset();
}

void PeArrayModule::observe(TimelineRecorder& recorder) {
  tracks_.emplace(recorder, clock_.period_ps());
}

void PeArrayModule::begin_layer(const LayerJob& job) {
  job_ = &job;
  if (spec_->pe_array.dataflow != Dataflow::kEventDriven) return;
  // Whole events go side by side on the link, or one goes in several pieces.
  const std::int64_t event_bits = spec_->pe_array.activation_bits.value() + job.event_index_bits();
  const std::int64_t slots = std::max<std::int64_t>(1, spec_->noc.link_width.value() / event_bits);
  events_.emplace(spec_->pe_array, job.program().mapping, job.layer(), static_cast<int>(slots),
                  Cycles(kDispatchLatency));
}

void PeArrayModule::fill(std::size_t index) {
  // The passes of a row-stationary tile fill the scratch pads themselves.
  if (spec_->pe_array.dataflow == Dataflow::kRowStationary) return;
  const Tile& tile = job_->tiles()[index];
  const Mapping& mapping = job_->program().mapping;
  TransferInfo info;
  info.kind = DataKind::kWeight;
  info.size = info.carried = {job_->weight_bits_filled(index), 0};
  if (info.size.value_bits == 0) return;
  info.address = glb_address(spec_->glb, GlbRegion::kWeights, tile.window.begin);
  // A weight goes to all PEs that share its output and input channels.
  info.to = {.groups = mapping.groups_y, .pes_per_group = 1};
  activity_.at(Component::kRegisterFile, Action::kWrite, DataKind::kWeight) +=
      info.size.value_bits * mapping.groups_y;
  sc_core::wait(initiator_.send(to_noc, info, tlm::TLM_READ_COMMAND));
}

TileResult PeArrayModule::compute(std::size_t index) {
  if (tracks_) tracks_->begin_tile(index, clock_.now());
  const TileResult result = compute_tile(job_->tiles()[index]);
  if (tracks_) tracks_->end_tile(clock_.now(), result.macs);
  return result;
}

TileResult PeArrayModule::compute_tile(const Tile& tile) {
  switch (spec_->pe_array.dataflow) {
    case Dataflow::kEventDriven:
      return compute_events(tile);
    case Dataflow::kWeightStationary:
    case Dataflow::kOutputStationary:
    case Dataflow::kInputStationary:
      return compute_systolic(tile);
    case Dataflow::kRowStationary:
      return compute_row_stationary(tile);
  }
  throw InternalError("unknown dataflow");
}

sc_core::sc_time PeArrayModule::request_rows(const Tile& tile, const std::vector<int>& rows,
                                             std::int64_t events, std::int64_t& first_cycle) {
  TransferInfo info;
  info.size = job_->input_rows(tile, rows, events);
  activity_.at(Component::kDeltaUnit, Action::kDecode, DataKind::kActivation) +=
      job_->decoded_inputs(info.size);
  const std::int64_t bits = spec_->pe_array.activation_bits.value();
  info.carried = {events * bits, events * job_->event_index_bits()};
  info.address = glb_address(
      spec_->glb, GlbRegion::kActivations,
      std::int64_t{rows.front()} * job_->layer().input.width * job_->layer().input.channels);
  const Mapping& mapping = job_->program().mapping;
  info.to = {.groups = mapping.groups_y * mapping.groups_c, .pes_per_group = mapping.groups_k};
  info.spread = Spread::kOneGroup;
  const sc_core::sc_time done = initiator_.send(to_noc, info, tlm::TLM_READ_COMMAND);
  first_cycle = clock_.now(info.first_arrival);
  return done;
}

TileResult PeArrayModule::compute_events(const Tile& tile) {
  const std::int64_t begin = clock_.now();
  events_->begin(tile, job_->operands(tile), begin);
  if (tracks_) tracks_->begin_events(events_->queues());
  struct Ahead {
    std::int64_t left, events;
  };
  std::deque<Ahead> ahead;  // sub-trains, and when they have left the dispatcher
  std::int64_t events_ahead = 0;
  std::int64_t last_arrival = begin;
  for (int i = 0; i < events_->sub_trains(); ++i) {
    const std::int64_t events = events_->events_in(i);
    while (ahead.size() >= kSubTrainsAhead && events_ahead + events > kEventsAhead) {
      wait_until(clock_, ahead.front().left);
      events_ahead -= ahead.front().events;
      ahead.pop_front();
    }
    std::int64_t first = 0;
    last_arrival = clock_.now(request_rows(tile, events_->sub_train_rows(i), events, first));
    events_->run(i, first);
    ahead.push_back({std::max(events_->dispatched(), last_arrival), events});
    events_ahead += events;
    if (tracks_) {
      tracks_->events_sent(events_->queues(), clock_.now(), ahead.back().left, events);
    }
  }
  const TileWork done = events_->finish(last_arrival);
  if (tracks_) tracks_->events_done(begin + done.cycles);
  wait_until(clock_, begin + done.cycles);
  count_macs(done.macs, 0);
  const std::int64_t fifo_bits =
      done.deliveries * job_->program().mapping.groups_k * spec_->pe_array.activation_bits.value();
  activity_.at(Component::kRegisterFile, Action::kWrite, DataKind::kActivation) += fifo_bits;
  activity_.at(Component::kRegisterFile, Action::kRead, DataKind::kActivation) += fifo_bits;
  return {done.macs, done.cycles, done.stalls};
}

TileResult PeArrayModule::compute_systolic(const Tile& tile) {
  const std::int64_t begin = clock_.now();
  // Every operand enters at the edge of the array once a fold, and is handed on inside. Weights
  // have been counted as they were filled in.
  TransferInfo info;
  const std::int64_t elements = std::int64_t{tile.pixels.size()} * tile.window.size();
  info.size = info.carried = {elements * spec_->pe_array.activation_bits.value(), 0};
  info.address = glb_address(spec_->glb, GlbRegion::kActivations, tile.pixels.begin);
  info.to = {.groups = 1, .pes_per_group = spec_->pe_array.columns};
  info.spread = Spread::kScatter;
  const std::int64_t arrived = clock_.now(initiator_.send(to_noc, info, tlm::TLM_READ_COMMAND));
  const TileResult result = finish_fixed(
      tile, begin, std::max(systolic_fold_cycles(spec_->pe_array, tile), arrived - begin));
  // An operand is latched by every PE that it passes, and read for every MAC.
  const std::int64_t latched = result.macs * spec_->pe_array.activation_bits.value();
  activity_.at(Component::kRegisterFile, Action::kWrite, DataKind::kActivation) += latched;
  activity_.at(Component::kRegisterFile, Action::kRead, DataKind::kActivation) += latched;
  return result;
}

/// The time of these words is the caller's: the dataflow's model has their buses in it.
void PeArrayModule::move_words(DataKind kind, std::int64_t words, Bits each,
                               tlm::tlm_command direction) {
  TransferInfo info;
  info.kind = kind;
  info.size = info.carried = {words * each.value(), 0};
  info.address = glb_address(spec_->glb, region_of(kind), 0);
  info.to = all_pes();
  initiator_.send(to_noc, info, direction);
}

TileResult PeArrayModule::compute_row_stationary(const Tile& tile) {
  const std::int64_t begin = clock_.now();
  const PeArraySpec& pe = spec_->pe_array;
  const RowStationaryModel model(row_stationary_array(*spec_), LayerExtent(job_->layer()), 1);
  const RowStationaryWork work = model.block(*job_->program().row_stationary, tile.y.size(), 1);
  using enum DataKind;
  move_words(kWeight, work.filters_read, pe.weight_bits, tlm::TLM_READ_COMMAND);
  move_words(kActivation, work.inputs_read, pe.activation_bits, tlm::TLM_READ_COMMAND);
  move_words(kPartialSum, work.sums_read, pe.partial_sum_bits, tlm::TLM_READ_COMMAND);
  move_words(kPartialSum, work.sums_written, pe.partial_sum_bits, tlm::TLM_WRITE_COMMAND);
  const auto count = [&](Component component, Action action, DataKind kind, std::int64_t words,
                         Bits each) {
    activity_.at(component, action, kind) += words * each.value();
  };
  count(Component::kRegisterFile, Action::kWrite, kWeight, work.filter_fills, pe.weight_bits);
  count(Component::kRegisterFile, Action::kWrite, kActivation, work.input_fills,
        pe.activation_bits);
  count(Component::kRegisterFile, Action::kRead, kActivation, dense_macs_of(tile),
        pe.activation_bits);
  // From PE to PE inside a set, past the network.
  count(Component::kNoc, Action::kTransfer, kPartialSum, work.sum_hops, pe.partial_sum_bits);
  TileResult result = finish_fixed(tile, begin, work.cycles);
  const auto ascribe = [&](Stall cause, std::int64_t cycles) {
    const std::int64_t lanes = std::int64_t{work.active_pes} * pe.mac_lanes * cycles;
    result.stalls[static_cast<std::size_t>(cause)] += lanes;
    result.stalls[static_cast<std::size_t>(Stall::kUnmapped)] -= lanes;
  };
  ascribe(Stall::kWeights, work.start_cycles);
  ascribe(Stall::kPartialSum, work.cycles - work.compute_cycles - work.start_cycles);
  return result;
}

TileResult PeArrayModule::finish_fixed(const Tile& tile, std::int64_t begin, std::int64_t cycles) {
  wait_until(clock_, begin + cycles);
  const PeArraySpec& pe = spec_->pe_array;
  const std::int64_t dense = dense_macs_of(tile);
  const Bitmap* operands = job_->operands(tile);
  const bool gates = pe.zero_handling == ZeroHandling::kGate && operands != nullptr;
  const std::int64_t executed =
      gates ? EventArray::effectual_macs(job_->layer(), tile, *operands) : dense;
  count_macs(executed, dense - executed);
  TileResult result{.macs = executed, .cycles = cycles};
  result.stalls[static_cast<std::size_t>(Stall::kUnmapped)] =
      std::int64_t{pe.pes()} * pe.mac_lanes * cycles - executed;
  return result;
}

void PeArrayModule::count_macs(std::int64_t macs, std::int64_t gated) {
  const PeArraySpec& pe = spec_->pe_array;
  activity_.at(Component::kPe, Action::kMac, DataKind::kActivation) += macs;
  activity_.at(Component::kPe, Action::kGatedMac, DataKind::kActivation) += gated;
  const auto count_access = [&](Action action, DataKind kind, Bits bits) {
    activity_.at(Component::kRegisterFile, action, kind) += macs * bits.value();
  };
  count_access(Action::kRead, DataKind::kWeight, pe.weight_bits);
  count_access(Action::kRead, DataKind::kPartialSum, pe.partial_sum_bits);
  count_access(Action::kWrite, DataKind::kPartialSum, pe.partial_sum_bits);
}

sc_core::sc_time PeArrayModule::move_sums(const Tile& tile, tlm::tlm_command direction) {
  TransferInfo info;
  info.kind = DataKind::kPartialSum;
  info.size = info.carried = job_->partial_sums(tile).in_buffer;
  info.address = glb_address(spec_->glb, GlbRegion::kPartialSums, 0);
  info.to = all_pes();
  info.spread = Spread::kScatter;
  const bool into_pes = direction == tlm::TLM_READ_COMMAND;
  activity_.at(Component::kRegisterFile, into_pes ? Action::kWrite : Action::kRead, info.kind) +=
      info.size.value_bits;
  return initiator_.send(to_noc, info, direction);
}

sc_core::sc_time PeArrayModule::hand_over(std::int64_t outputs, bool to_delta_unit) {
  // PEs that share outputs along the input channels all send theirs, to be added up. Those of
  // different convolution groups share none.
  const Mapping& mapping = job_->program().mapping;
  const bool shared = whole_groups(LayerExtent(job_->layer()), mapping.tile_k) == 0;
  const std::int64_t bits =
      outputs * spec_->pe_array.partial_sum_bits.value() * (shared ? mapping.groups_c : 1);
  TransferInfo info;
  info.kind = DataKind::kPartialSum;
  info.carried = {bits, 0};
  info.size = {outputs * spec_->pe_array.partial_sum_bits.value(), 0};
  info.address = glb_address(spec_->glb, GlbRegion::kPartialSums, 0);
  info.to = all_pes();
  info.spread = Spread::kScatter;
  info.past_buffer = to_delta_unit;
  activity_.at(Component::kRegisterFile, Action::kRead, DataKind::kPartialSum) += bits;
  return initiator_.send(to_noc, info, tlm::TLM_WRITE_COMMAND);
}

}  // namespace deltasim
