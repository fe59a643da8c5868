#pragma once
// The sequencer: walks a layer's tile program, with the load of the next tile, the computing of
// one and the draining of the one before side by side, as far as buffers allow.

#include <systemc>

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "sim/components/delta_unit/delta_unit_module.h"
#include "sim/components/dma/dma_module.h"
#include "sim/components/pe_array/pe_array_module.h"
#include "sim/engine/progress.h"
#include "sim/engine/stage_tracks.h"

namespace deltasim {

/// What the array did in a layer.
struct ArrayRecord {
  std::int64_t macs = 0;
  std::int64_t busy = 0;  ///< cycles in which it had a tile to compute
  StallCycles stalls{};   ///< up to the last tile's end
  std::int64_t end = 0;   ///< cycle up to which they are accounted for
};

class TilePipeline : public sc_core::sc_module {
 public:
  TilePipeline(sc_core::sc_module_name name, DmaModule& dma, PeArrayModule& array,
               DeltaUnitModule& delta_unit);

  void start(const AcceleratorSpec& spec, const ClockDomain& clock);
  /// Draws the stages until the next start(). Call it in the moment of that.
  void observe(FrameObserver& observer);
  /// Makes a layer ready to run; the kernel then runs it until nothing happens any more.
  void begin_layer(const LayerJob& job);
  /// @throws InternalError that shows how far every stage has come, where one has not come to the
  ///         end; what a stage threw
  const ArrayRecord& end_layer();

 private:
  // The stages. Each does what a tile needs of it, all tiles in turn.
  void load(std::size_t tile);
  void fill(std::size_t tile);
  void compute(std::size_t tile);
  void drain(std::size_t tile);
  void store(std::size_t tile);

  void run_loader() { run(Stage::kLoad, &TilePipeline::load, loaded_); }
  void run_filler() { run(Stage::kFill, &TilePipeline::fill, filled_); }
  void run_computer() { run(Stage::kCompute, &TilePipeline::compute, computed_); }
  void run_drainer() { run(Stage::kDrain, &TilePipeline::drain, drained_); }
  void run_storer() { run(Stage::kStore, &TilePipeline::store, stored_); }
  void run(Stage stage, void (TilePipeline::*work)(std::size_t), Progress& progress);
  /// What a tile had to wait for has come.
  void begin(Stage stage, std::size_t tile) {
    if (tracks_) tracks_->begin(stage, tile);
  }
  void account(Stall cause);
  bool leaves_pes(const Tile& tile) const;
  std::string state() const;

  DmaModule& dma_;
  PeArrayModule& array_;
  DeltaUnitModule& delta_unit_;
  const AcceleratorSpec* spec_ = nullptr;
  ClockDomain clock_;
  const LayerJob* job_ = nullptr;
  ArrayRecord record_;
  std::vector<sc_core::sc_time> arrival_;  ///< of each tile's data
  Progress loaded_, filled_, computed_, drained_, stored_;
  sc_core::sc_event begin_;
  std::exception_ptr fault_;
  std::optional<StageTracks> tracks_;
};

}  // namespace deltasim
