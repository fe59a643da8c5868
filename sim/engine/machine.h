#pragma once
// The accelerator's modules, joined. SystemC elaborates once a process, so there is one machine,
// and every frame gives its modules what they are to be.

#include "sim/components/dram/dram_module.h"
#include "sim/components/glb/glb_module.h"
#include "sim/components/noc/noc_module.h"
#include "sim/components/state_memory/state_memory_module.h"
#include "sim/engine/simulate.h"
#include "sim/engine/tile_pipeline.h"

namespace deltasim {

class Machine : public sc_core::sc_module {
 public:
  explicit Machine(sc_core::sc_module_name name);
  /// The process's only machine.
  static Machine& instance();

  FrameResult run(const StreamProgram& program, std::span<const BatchFrame> frames,
                  FrameObserver* observer);

 private:
  /// Everything counted since start().
  struct Meters {
    Activity activity;
    std::int64_t cycle = 0;
    std::int64_t dram_busy_ps = 0;
    std::int64_t delta_unit_busy = 0;
    std::int64_t noc_busy = 0;
    std::int64_t state_memory_busy = 0;
  };

  void start(const StreamProgram& program);
  void observe(FrameObserver& observer);
  std::int64_t now_ps() const { return clock_.now() * clock_.period_ps(); }
  void finish_writes();
  Meters read_meters() const;
  void end_layer(FrameObserver& observer, const LayerResult& layer, std::int64_t begin);
  LayerResult run_layer(const LayerJob& job, const StreamProgram& program, bool last);

  DramModule dram_;
  GlbModule glb_;
  NocModule noc_;
  PeArrayModule array_;
  DeltaUnitModule delta_unit_;
  StateMemoryModule state_memory_;
  DmaModule dma_;
  TilePipeline pipeline_;
  ClockDomain clock_;
  Meters meters_;
  bool broken_ = false;
};

}  // namespace deltasim
