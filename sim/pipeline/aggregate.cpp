#include "sim/pipeline/aggregate.h"

#include <algorithm>

#include "arch/errors.h"

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

/// Sums over one stream.
class StreamSum {
 public:
  StreamSum(const StreamProgram& program, const std::vector<FrameResult>& frames)
      : program_(program), layers_(program.plan.layers.size()) {
    const StatePlace place = program.accelerator.state.place;
    const double period = 1 / program.accelerator.clock.value();
    for (const FrameResult& frame : frames) {
      FigureSum sum;
      for (std::size_t i = 0; i < frame.layers.size(); ++i) {
        const LayerResult& layer = frame.layers[i];
        const double seconds = static_cast<double>(layer.cycles) * period;
        layers_[i].add(layer, seconds, place);
        sum.add(layer, seconds, place);
      }
      total_ += sum;
      frames_.push_back(std::move(sum));
    }
    for (const LayerResult& layer : frames.front().layers) {
      footprints_.push_back(layer.state_bytes);
      footprint_ += layer.state_bytes;
    }
  }

  std::int64_t frame_count() const { return static_cast<std::int64_t>(frames_.size()); }
  std::int64_t footprint() const { return footprint_; }
  const FigureSum& total() const { return total_; }
  const std::vector<FigureSum>& frames() const { return frames_; }

  LayerFigures layer(std::size_t i, const EnergyPrices& prices) const {
    const LayerPlan& plan = program_.plan.layers[i];
    return {.name = plan.layer.name,
            .execution = std::string(to_string(plan.mode)),
            .mapping = to_string(program_.programs[i].mapping),
            .candidates = program_.programs[i].candidates,
            .figures = layers_[i].figures(frame_count(), lanes_of(program_.accelerator),
                                          footprints_[i], prices)};
  }
  std::size_t layer_count() const { return layers_.size(); }

 private:
  const StreamProgram& program_;
  std::vector<FigureSum> layers_;
  std::vector<FigureSum> frames_;
  FigureSum total_;
  std::vector<std::int64_t> footprints_;
  std::int64_t footprint_ = 0;
};

StreamFigures stream_figures(const StreamSum& sum, const std::string& name,
                             const std::string& weights, std::int64_t lanes,
                             const EnergyPrices& prices) {
  StreamFigures stream{
      .name = name,
      .weights = weights,
      .figures = sum.total().figures(sum.frame_count(), lanes, sum.footprint(), prices),
      .layers = {}};
  for (std::size_t i = 0; i < sum.layer_count(); ++i) stream.layers.push_back(sum.layer(i, prices));
  return stream;
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

ModeFigures mode_figures(const ModeSetup& setup, const ModeResults& results,
                         const std::vector<std::string>& stream_names,
                         const std::vector<std::string>& stream_weights,
                         const EnergyPrices& prices) {
  ModeFigures mode{.name = setup.name};
  const std::int64_t lanes = lanes_of(setup.streams.front().accelerator);
  FigureSum all, first, steady;
  std::int64_t footprint = 0;
  std::int64_t frames = 0;
  for (std::size_t s = 0; s < results.size(); ++s) {
    const StreamSum sum(setup.streams[s], results[s]);
    mode.streams.push_back(stream_figures(sum, stream_names[s], stream_weights[s], lanes, prices));
    all += sum.total();
    footprint += sum.footprint();
    frames = std::max(frames, sum.frame_count());
    for (std::size_t f = 0; f < sum.frames().size(); ++f) {
      (f == 0 ? first : steady) += sum.frames()[f];
      mode.frames.push_back(
          {.stream = stream_names[s],
           .frame = static_cast<std::int64_t>(f),
           .figures = sum.frames()[f].figures(1, lanes, sum.footprint(), prices)});
    }
  }
  mode.figures = all.figures(frames, lanes, footprint, prices);
  mode.first = first.figures(1, lanes, footprint, prices);
  mode.steady = steady.figures(frames - 1, lanes, footprint, prices);
  return mode;
}

}  // namespace deltasim
