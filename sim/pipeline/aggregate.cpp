#include "sim/pipeline/aggregate.h"

#include <algorithm>

#include "arch/errors.h"
#include "sim/pipeline/placement.h"

namespace deltasim {
namespace {

/// Bits of state that passed the memory where it lives.
std::int64_t state_bits(const Activity& activity, StatePlace place) {
  const Component home = home_of(place);
  return activity.at(home, Action::kRead, DataKind::kState) +
         activity.at(home, Action::kWrite, DataKind::kState);
}

std::int64_t lanes_of(const AcceleratorSpec& spec) {
  return std::int64_t{spec.pe_array.pes()} * spec.pe_array.mac_lanes;
}

/// Where each layer's state lives, where that is not the same for all; empty where it is.
std::vector<std::string> places_of(const StreamProgram& program) {
  std::vector<std::string> places;
  bool differ = false;
  for (const LayerPlan& plan : program.plan.layers) {
    differ |= plan.state_place.has_value();
    places.push_back(place_name(state_place_of(program.accelerator, plan), program.accelerator));
  }
  if (!differ) places.clear();
  return places;
}

StreamSum sum_of(const StreamProgram& program, const std::vector<FrameResult>& frames) {
  StreamSum stream;
  const std::vector<std::string> places = places_of(program);
  for (std::size_t i = 0; i < program.plan.layers.size(); ++i) {
    const LayerPlan& plan = program.plan.layers[i];
    stream.layers.push_back({.layer = {.name = plan.layer.name,
                                       .execution = std::string(to_string(plan.mode)),
                                       .state_place = {},
                                       .mapping = to_string(program.programs[i].mapping),
                                       .candidates = program.programs[i].candidates,
                                       .figures = {}},
                             .sum = {},
                             .footprint_bytes = frames.front().layers[i].state_bytes});
    LayerSum& added = stream.layers.back();
    if (!places.empty() && added.footprint_bytes > 0) added.layer.state_place = places[i];
    stream.footprint_bytes += added.footprint_bytes;
  }
  const double period = 1 / program.accelerator.clock.value();
  for (const FrameResult& frame : frames) {
    FigureSum sum;
    for (std::size_t i = 0; i < frame.layers.size(); ++i) {
      const LayerResult& layer = frame.layers[i];
      const double seconds = static_cast<double>(layer.cycles) * period;
      const StatePlace place = state_place_of(program.accelerator, program.plan.layers[i]);
      stream.layers[i].sum.add(layer, seconds, place);
      sum.add(layer, seconds, place);
    }
    stream.total += sum;
    stream.steps.push_back(std::move(sum));
  }
  return stream;
}

StreamFigures stream_figures(const StreamSum& stream, const std::string& name,
                             const std::string& weights, const ModeSum& mode,
                             const EnergyPrices& prices, FigureDetail detail) {
  const auto frames = std::ssize(stream.steps) * mode.batch;
  StreamFigures figures{
      .name = name,
      .weights = weights,
      .figures = stream.total.figures(frames, mode.lanes, stream.footprint_bytes, prices),
      .layers = {}};
  if (detail != FigureDetail::kEverything) return figures;
  for (const LayerSum& layer : stream.layers) {
    figures.layers.push_back(layer.layer);
    figures.layers.back().figures =
        layer.sum.figures(frames, mode.lanes, layer.footprint_bytes, prices);
  }
  return figures;
}

/// Nothing where a step is one frame.
std::vector<std::int64_t> batch_frames(const ModeSum& sum, std::size_t step) {
  if (sum.batch == 1) return {};
  return frames_of_step(static_cast<std::int64_t>(step), sum.frames, sum.batch);
}

}  // namespace

Component home_of(StatePlace place) {
  switch (place) {
    case StatePlace::kGlb:
      return Component::kGlb;
    case StatePlace::kDram:
      return Component::kDram;
    case StatePlace::kMemory:
      return Component::kStateMemory;
  }
  throw InternalError("unknown place of the state");
}

EnergyFigures energy_figures(const EnergyBreakdown& energy) {
  EnergyFigures figures{.total = energy.total().value(), .by_component = {}, .by_data = {}};
  for (std::size_t i = 0; i < kEnergyComponents; ++i) {
    const auto component = static_cast<EnergyComponent>(i);
    figures.by_component.emplace_back(to_string(component), energy.of(component).value());
  }
  for (std::size_t i = 0; i < kEnergyData; ++i) {
    const auto data = static_cast<EnergyData>(i);
    figures.by_data.emplace_back(to_string(data), energy.of(data).value());
  }
  return figures;
}

void FigureSum::add(const LayerResult& layer, double seconds, StatePlace place) {
  cycles_ += layer.cycles;
  seconds_ += seconds;
  macs_.dense += layer.dense_macs;
  macs_.executed += layer.macs;
  activity_ += layer.activity;
  state_bits_ += state_bits(layer.activity, place);
  for (std::size_t i = 0; i < kStalls; ++i) stalls_[i] += layer.stalls[i];
  busy_ += {.array = layer.array_cycles,
            .noc = layer.noc_cycles,
            .dram = layer.dram_cycles,
            .delta_unit = layer.delta_unit_cycles};
}

FigureSum& FigureSum::operator+=(const FigureSum& other) {
  cycles_ += other.cycles_;
  seconds_ += other.seconds_;
  macs_.dense += other.macs_.dense;
  macs_.executed += other.macs_.executed;
  activity_ += other.activity_;
  state_bits_ += other.state_bits_;
  for (std::size_t i = 0; i < kStalls; ++i) stalls_[i] += other.stalls_[i];
  busy_ += other.busy_;
  return *this;
}

Figures FigureSum::figures(std::int64_t frames, std::int64_t lanes, std::int64_t footprint_bytes,
                           const EnergyPrices& prices) const {
  Figures figures{.frames = frames,
                  .cycles = cycles_,
                  .time_s = seconds_,
                  .macs = macs_,
                  .activity = activity_,
                  .energy = energy_figures(account(activity_, prices, Seconds(seconds_))),
                  .state = {.footprint_bytes = footprint_bytes,
                            .bytes_per_frame = frames > 0 ? state_bits_ / 8 / frames : 0},
                  .utilization = 0,
                  .stalls = stalls_,
                  .busy = busy_};
  if (cycles_ > 0) {
    figures.utilization = static_cast<double>(macs_.executed) /
                          (static_cast<double>(lanes) * static_cast<double>(cycles_));
  }
  return figures;
}

ModeSum sum_of(const ModeSetup& setup, const ModeResults& results) {
  ModeSum mode{.lanes = lanes_of(setup.streams.front().accelerator),
               .batch = setup.streams.front().batch,
               .streams = {}};
  for (std::size_t s = 0; s < results.size(); ++s) {
    const StreamSum& stream = mode.streams.emplace_back(sum_of(setup.streams[s], results[s]));
    mode.all += stream.total;
    mode.footprint_bytes += stream.footprint_bytes;
    mode.frames = std::max<std::int64_t>(mode.frames, std::ssize(stream.steps) * mode.batch);
    for (std::size_t t = 0; t < stream.steps.size(); ++t) {
      (t == 0 ? mode.first : mode.steady) += stream.steps[t];
    }
  }
  return mode;
}

ModeFigures mode_figures(const std::string& name, const ModeSum& sum,
                         const std::vector<std::string>& stream_names,
                         const std::vector<std::string>& stream_weights, const EnergyPrices& prices,
                         FigureDetail detail) {
  ModeFigures mode{.name = name};
  for (std::size_t s = 0; s < sum.streams.size(); ++s) {
    const StreamSum& stream = sum.streams[s];
    mode.streams.push_back(
        stream_figures(stream, stream_names[s], stream_weights[s], sum, prices, detail));
    for (std::size_t t = 0; detail != FigureDetail::kModes && t < stream.steps.size(); ++t) {
      Figures step{.frames = sum.batch, .time_s = stream.steps[t].seconds()};
      if (detail == FigureDetail::kEverything) {
        step = stream.steps[t].figures(sum.batch, sum.lanes, stream.footprint_bytes, prices);
      }
      mode.frames.push_back({.stream = stream_names[s],
                             .frame = static_cast<std::int64_t>(t),
                             .batch = batch_frames(sum, t),
                             .figures = std::move(step)});
    }
  }
  mode.figures = sum.all.figures(sum.frames, sum.lanes, sum.footprint_bytes, prices);
  mode.first = sum.first.figures(sum.batch, sum.lanes, sum.footprint_bytes, prices);
  mode.steady = sum.steady.figures(sum.frames - sum.batch, sum.lanes, sum.footprint_bytes, prices);
  return mode;
}

}  // namespace deltasim
