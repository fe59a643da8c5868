#include "sim/engine/tile_pipeline.h"

#include <fmt/format.h>

#include <algorithm>

namespace deltasim {
namespace {

/// Tiles of one kind that are on chip at a time: one in use, one on its way.
constexpr std::size_t kBuffers = 2;

std::size_t ahead(std::size_t tile) { return tile + 1 > kBuffers ? tile + 1 - kBuffers : 0; }

}  // namespace

TilePipeline::TilePipeline(sc_core::sc_module_name name, DmaModule& dma, PeArrayModule& array,
                           DeltaUnitModule& delta_unit)
    : sc_module(name), dma_(dma), array_(array), delta_unit_(delta_unit) {
  SC_HAS_PROCESS(TilePipeline);
  SC_THREAD(run_loader);
  SC_THREAD(run_filler);
  SC_THREAD(run_computer);
  SC_THREAD(run_drainer);
  SC_THREAD(run_storer);
}

void TilePipeline::start(const AcceleratorSpec& spec, const ClockDomain& clock) {
  spec_ = &spec;
  clock_ = clock;
  tracks_.reset();
}

void TilePipeline::observe(FrameObserver& observer) { tracks_.emplace(observer); }

void TilePipeline::begin_layer(const LayerJob& job) {
  job_ = &job;
  record_ = {};
  record_.end = clock_.now();
  arrival_.assign(job.tiles().size(), sc_core::sc_time_stamp());
  for (Progress* stage : {&loaded_, &filled_, &computed_, &drained_, &stored_}) stage->reset();
  begin_.notify(sc_core::SC_ZERO_TIME);
}

const ArrayRecord& TilePipeline::end_layer() {
  if (fault_) std::rethrow_exception(fault_);
  if (stored_.done() != job_->tiles().size()) {
    throw InternalError(
        fmt::format("layer {}: the tile pipeline stands still: {}", job_->layer().name, state()));
  }
  return record_;
}

std::string TilePipeline::state() const {
  return fmt::format("of {} tiles {} loaded, {} filled, {} computed, {} drained, {} stored",
                     job_->tiles().size(), loaded_.done(), filled_.done(), computed_.done(),
                     drained_.done(), stored_.done());
}

void TilePipeline::run(Stage stage, void (TilePipeline::*work)(std::size_t), Progress& progress) {
  while (!fault_) {
    sc_core::wait(begin_);
    try {
      for (std::size_t tile = 0; tile < job_->tiles().size(); ++tile) {
        (this->*work)(tile);
        if (tracks_) tracks_->end(stage, tile);
        progress.advance();
      }
    } catch (const std::exception&) {
      fault_ = std::current_exception();
    }
  }
}

/// Whether partial sums wait outside the PEs for the next tile of these outputs.
bool TilePipeline::leaves_pes(const Tile& tile) const {
  return !tile.last_c && job_->program().partial_sums != SumPlace::kPe;
}

void TilePipeline::load(std::size_t index) {
  computed_.wait_for(ahead(index));
  begin(Stage::kLoad, index);
  const Tile& tile = job_->tiles()[index];
  sc_core::sc_time& arrival = arrival_[index];
  const auto fetch = [&](const Traffic& traffic) {
    arrival = std::max(arrival, dma_.load(traffic));
  };
  fetch(job_->weights_loaded(index));
  for (const Traffic& rows : job_->input(tile)) fetch(rows);
  const int sums_from = job_->links(index).sums_from;
  if (sums_from >= 0 && job_->program().partial_sums == SumPlace::kDram) {
    stored_.wait_for(static_cast<std::size_t>(sums_from) + 1);
    fetch(job_->partial_sums(tile));
  }
  if (!tile.last_c) return;
  for (const Traffic& joined : job_->joined(tile)) fetch(joined);
  for (const Traffic& state : job_->state_read(tile)) fetch(state);
}

void TilePipeline::fill(std::size_t index) {
  computed_.wait_for(ahead(index));
  loaded_.wait_for(index + 1);
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  if (arrival_[index] > now) sc_core::wait(arrival_[index] - now);
  begin(Stage::kFill, index);
  array_.fill(index);
}

/// Ascribes the lane cycles since the last call to a cause.
void TilePipeline::account(Stall cause) {
  const std::int64_t now = clock_.now();
  const std::int64_t lanes = std::int64_t{spec_->pe_array.pes()} * spec_->pe_array.mac_lanes;
  record_.stalls[static_cast<std::size_t>(cause)] += lanes * (now - record_.end);
  record_.end = now;
}

void TilePipeline::compute(std::size_t index) {
  const Tile& tile = job_->tiles()[index];
  filled_.wait_for(index + 1);
  account(Stall::kWeights);
  const bool goes_on_in_pes = !tile.first_c && job_->links(index).sums_from < 0;
  if (!goes_on_in_pes) drained_.wait_for(index);
  wait_until(clock_, clock_.now());
  begin(Stage::kCompute, index);
  account(Stall::kDrain);
  // Where sums stream through the array they come and go while it computes; otherwise they must be
  // in place first, and leave when all is done.
  const bool stream = spec_->pe_array.dataflow != Dataflow::kEventDriven;
  std::int64_t sums_moved = clock_.now();
  const auto move_sums = [&](tlm::tlm_command direction) {
    sums_moved = std::max(sums_moved, clock_.now(array_.move_sums(tile, direction)));
    if (!stream) wait_until(clock_, sums_moved);
  };
  if (job_->links(index).sums_from >= 0) move_sums(tlm::TLM_READ_COMMAND);
  if (stream && leaves_pes(tile)) move_sums(tlm::TLM_WRITE_COMMAND);
  account(Stall::kPartialSum);
  const TileResult result = array_.compute(index);
  record_.macs += result.macs;
  record_.busy += result.cycles;
  record_.end += result.cycles;
  for (std::size_t s = 0; s < kStalls; ++s) record_.stalls[s] += result.stalls[s];
  if (!stream && leaves_pes(tile)) move_sums(tlm::TLM_WRITE_COMMAND);
  wait_until(clock_, sums_moved);
  account(Stall::kPartialSum);
}

void TilePipeline::drain(std::size_t index) {
  computed_.wait_for(index + 1);
  stored_.wait_for(ahead(index));
  begin(Stage::kDrain, index);
  const Tile& tile = job_->tiles()[index];
  if (!tile.last_c) return;
  if (job_->parks_sums()) {
    sc_core::wait(array_.hand_over(job_->outputs(tile), false));
    return;
  }
  delta_unit_.process(*job_, tile,
                      [this](std::int64_t sums) { return array_.hand_over(sums, true); });
}

void TilePipeline::store(std::size_t index) {
  drained_.wait_for(index + 1);
  begin(Stage::kStore, index);
  const Tile& tile = job_->tiles()[index];
  if (!tile.last_c) {
    if (job_->program().partial_sums == SumPlace::kDram) dma_.store(job_->partial_sums(tile));
    return;
  }
  if (job_->parks_sums()) {
    dma_.store(job_->partial_sums(tile));
    return;
  }
  for (const Traffic& state : job_->state_written(tile)) dma_.store(state);
  for (const Traffic& outputs : job_->encoded_outputs(tile)) dma_.store(outputs);
}

}  // namespace deltasim
