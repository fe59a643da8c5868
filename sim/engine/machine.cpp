#include "sim/engine/machine.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "arch/errors.h"
#include "traces/counts.h"

namespace deltasim {
namespace {

Activity difference(const Activity& now, const Activity& before) {
  Activity result;
  for (std::size_t c = 0; c < kComponents; ++c) {
    for (std::size_t a = 0; a < kActions; ++a) {
      for (std::size_t k = 0; k < kDataKinds; ++k) {
        const auto component = static_cast<Component>(c);
        const auto action = static_cast<Action>(a);
        const auto kind = static_cast<DataKind>(k);
        result.at(component, action, kind) =
            now.at(component, action, kind) - before.at(component, action, kind);
      }
    }
  }
  return result;
}

Bottleneck busiest(const LayerResult& layer) {
  const std::array<std::pair<std::int64_t, Bottleneck>, 5> shares{{
      {layer.dram_cycles, Bottleneck::kDram},
      {layer.state_memory_cycles, Bottleneck::kStateMemory},
      {layer.noc_cycles, Bottleneck::kNoc},
      {layer.delta_unit_cycles, Bottleneck::kDeltaUnit},
      // The array waits for its events with a tile in work, so it names itself last.
      {layer.array_cycles, Bottleneck::kArray},
  }};
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  return std::max_element(shares.begin(), shares.end(), less)->second;
}

/// A layer as it is drawn: what the tracks below it must add up to stands beside it.
TimelineSpan span_of(const LayerResult& layer, std::int64_t begin, std::int64_t end) {
  return {.level = "layer",
          .name = layer.name,
          .begin = begin,
          .end = end,
          .texts = {{"mode", std::string(to_string(layer.mode))},
                    {"mapping", layer.mapping},
                    {"bound_by", std::string(to_string(layer.bound_by))}},
          .figures = {{"cycles", layer.cycles},
                      {"macs", layer.macs},
                      {"array_cycles", layer.array_cycles},
                      {"noc_cycles", layer.noc_cycles},
                      {"dram_cycles", layer.dram_cycles},
                      {"delta_unit_cycles", layer.delta_unit_cycles},
                      {"state_memory_cycles", layer.state_memory_cycles}}};
}

}  // namespace

Machine::Machine(sc_core::sc_module_name name)
    : sc_module(name),
      dram_("dram"),
      glb_("glb"),
      noc_("noc"),
      array_("pe_array"),
      delta_unit_("delta_unit"),
      state_memory_("state_memory"),
      dma_("dma"),
      pipeline_("pipeline", dma_, array_, delta_unit_) {
  dma_.to_dram.bind(dram_.socket);
  dma_.to_buffer.bind(glb_.socket);
  delta_unit_.to_buffer.bind(glb_.socket);
  delta_unit_.to_state_memory.bind(state_memory_.socket);
  noc_.to_buffer.bind(glb_.socket);
  array_.to_noc.bind(noc_.from_array);
}

Machine& Machine::instance() {
  static Machine* machine = [] {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    auto* made = new Machine("machine");  // the kernel keeps pointers to it until the process ends
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    return made;
  }();
  return *machine;
}

void Machine::start(const StreamProgram& program) {
  const AcceleratorSpec& spec = program.accelerator;
  clock_ = ClockDomain(spec.clock);
  dram_.start(program.dram);
  glb_.start(spec.glb, clock_);
  noc_.start(spec.noc, spec.pe_array.rows, spec.pe_array.columns, clock_);
  array_.start(spec, clock_);
  delta_unit_.start(spec, clock_);
  state_memory_.start(spec.state_memory(), program.state_memory, clock_);
  dma_.start(spec, program.dram.part().organisation.burst_bytes());
  pipeline_.start(spec, clock_);
  meters_ = {};
}

/// Lets the parts draw themselves, in the order in which data pass them.
void Machine::observe(FrameObserver& observer) {
  TimelineRecorder& recorder = observer.recorder();
  pipeline_.observe(observer);
  dma_.observe(recorder);
  dram_.observe(recorder);
  glb_.observe(recorder);
  noc_.observe(recorder);
  array_.observe(recorder);
  delta_unit_.observe(recorder);
  state_memory_.observe(recorder);
  recorder.before_close([this] { dram_.draw_until_now(); });
}

Machine::Meters Machine::read_meters() const {
  Meters meters;
  meters.activity = dram_.activity();
  for (const Activity* part :
       {&glb_.activity(), &noc_.activity(), &array_.activity(), &delta_unit_.activity(),
        &state_memory_.activity(), &dma_.activity()}) {
    meters.activity += *part;
  }
  meters.cycle = clock_.now();
  meters.dram_busy_ps = dram_.counters().busy * dram_.clock_period_ps();
  meters.delta_unit_busy = delta_unit_.busy_cycles();
  meters.noc_busy = noc_.busy_cycles();
  meters.state_memory_busy = state_memory_.busy_cycles();
  return meters;
}

/// Lets time pass until the last write has reached its memory.
void Machine::finish_writes() {
  const std::int64_t end =
      std::max(dram_.finish_ps() / clock_.period_ps() + 1, state_memory_.finish());
  const sc_core::sc_time left = clock_.until(end);
  if (left != sc_core::SC_ZERO_TIME) sc_core::sc_start(left);
}

LayerResult Machine::run_layer(const LayerJob& job, const StreamProgram& program, bool last) {
  array_.begin_layer(job);
  pipeline_.begin_layer(job);
  sc_core::sc_start();
  const ArrayRecord& array = pipeline_.end_layer();
  if (last) finish_writes();
  const Meters now = read_meters();

  const PeArraySpec& pe = program.accelerator.pe_array;
  const std::int64_t lanes = std::int64_t{pe.pes()} * pe.mac_lanes;
  LayerResult result;
  result.name = job.layer().name;
  result.mode = job.plan().mode;
  result.mapping = mapping_text(job.program());
  result.cycles = now.cycle - meters_.cycle;
  result.dense_macs = program.batch * dense_macs(job.layer());
  result.macs = array.macs;
  result.stalls = array.stalls;
  // The array was done; its sums were still on their way out.
  result.stalls[static_cast<std::size_t>(Stall::kDrain)] += lanes * (now.cycle - array.end);
  if (result.cycles > 0) {
    result.utilization =
        static_cast<double>(result.macs) / static_cast<double>(lanes * result.cycles);
  }
  result.array_cycles = array.busy;
  result.dram_cycles = (now.dram_busy_ps - meters_.dram_busy_ps) /
                       (clock_.period_ps() * program.accelerator.dram.channels);
  result.delta_unit_cycles = now.delta_unit_busy - meters_.delta_unit_busy;
  result.noc_cycles = now.noc_busy - meters_.noc_busy;
  result.state_memory_cycles = now.state_memory_busy - meters_.state_memory_busy;
  result.bound_by = busiest(result);
  result.activity = difference(now.activity, meters_.activity);
  meters_ = now;
  return result;
}

void Machine::end_layer(FrameObserver& observer, const LayerResult& layer, std::int64_t begin) {
  if (observer.wants_layer()) observer.recorder().span(span_of(layer, begin, now_ps()));
  observer.end_layer(now_ps());
}

FrameResult Machine::run(const StreamProgram& program, std::span<const BatchFrame> frames,
                         FrameObserver* observer) {
  if (broken_) throw InternalError("the simulated machine has come to a halt in an earlier frame");
  broken_ = true;
  start(program);
  if (observer != nullptr) observe(*observer);
  FrameResult result;
  const std::size_t layers = program.plan.layers.size();
  for (std::size_t i = 0; i < layers; ++i) {
    const LayerJob job(program, i, frames);
    const std::int64_t begin = now_ps();
    if (observer != nullptr) observer->begin_layer(i, begin);
    result.layers.push_back(run_layer(job, program, i + 1 == layers));
    if (observer != nullptr) end_layer(*observer, result.layers.back(), begin);
    result.layers.back().state_bytes =
        program.batch *
        state_footprint(program.accelerator, program.plan, i, program.previous_recomputable);
    result.cycles += result.layers.back().cycles;
  }
  result.seconds = static_cast<double>(result.cycles) / program.accelerator.clock.value();
  broken_ = false;
  return result;
}

std::string_view to_string(Bottleneck bottleneck) {
  switch (bottleneck) {
    case Bottleneck::kArray:
      return "array";
    case Bottleneck::kNoc:
      return "noc";
    case Bottleneck::kDram:
      return "dram";
    case Bottleneck::kDeltaUnit:
      return "delta_unit";
    case Bottleneck::kStateMemory:
      return "state_memory";
  }
  throw InternalError("unknown bottleneck");
}

FrameResult simulate_batch(const StreamProgram& program, std::span<const BatchFrame> frames,
                           FrameObserver* observer) {
  return Machine::instance().run(program, frames, observer);
}

FrameResult simulate_frame(const StreamProgram& program, const FrameRecord& frame, bool first,
                           FrameObserver* observer) {
  const BatchFrame only{&frame, first};
  return simulate_batch(program, {&only, 1}, observer);
}

}  // namespace deltasim

/// The SystemC library wants one; whoever links it has a main of their own.
int sc_main(int, char**) { return 0; }
