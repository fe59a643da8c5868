#include "sim/pipeline/state_lifetime.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr double kSecondsPerHour = 3600;
/// Ten years: what outlasts them is not worth a note.
constexpr double kProductLifeHours = 10 * 365.25 * 24;

std::int64_t state_bits_written(const Activity& activity) {
  return activity.at(Component::kStateMemory, Action::kWrite, DataKind::kState);
}

/// Bits that every layer of a stream writes in a usual step: a frame of each of its batch.
std::vector<double> bits_per_step(const std::vector<FrameResult>& steps) {
  const std::size_t first = steps.size() > 1 ? 1 : 0;
  const auto count = static_cast<double>(steps.size() - first);
  std::vector<double> bits(steps.front().layers.size());
  for (std::size_t t = first; t < steps.size(); ++t) {
    for (std::size_t i = 0; i < bits.size(); ++i) {
      bits[i] += static_cast<double>(state_bits_written(steps[t].layers[i].activity)) / count;
    }
  }
  return bits;
}

/// The layers of one stream by how often their cells are written.
class Wear {
 public:
  Wear(const StreamProgram& program, const std::vector<FrameResult>& steps) : program_(program) {
    const std::vector<double> bits = bits_per_step(steps);
    std::vector<double> written(bits.size()), cells(bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i) {
      const std::size_t home = first_of_sum(program.plan, i);
      written[home] += bits[i];
      cells[home] += cells_of(i, home);
      total_ += bits[i];
    }
    for (std::size_t i = 0; i < bits.size(); ++i) {
      if (cells[i] <= 0 || written[i] / cells[i] <= most_) continue;
      most_ = written[i] / cells[i];
      layer_ = program.plan.layers[i].layer.name;
    }
  }

  double bits_written() const { return total_; }
  /// Writes a frame of the cells that take the most.
  double most_writes() const { return most_; }
  const std::string& hottest_layer() const { return layer_; }

 private:
  double cells_of(std::size_t layer, std::size_t home) const {
    const std::int64_t sums =
        layer == home ? sum_bits(program_.accelerator, program_.plan, layer) : 0;
    return program_.batch *
           static_cast<double>(sums + previous_bits(program_.accelerator, program_.plan, layer,
                                                    program_.previous_recomputable));
  }

  const StreamProgram& program_;
  double total_ = 0;
  double most_ = 0;
  std::string layer_;
};

}  // namespace

std::optional<StateLifetime> state_lifetime(const ModeSetup& setup, const ModeResults& results,
                                            const MemoryTechnology& technology,
                                            double frames_per_second) {
  const MemorySpec* memory = setup.streams.front().accelerator.state_memory();
  if (memory == nullptr || !technology.endurance) return std::nullopt;
  double bits = 0;
  double most = 0;
  StateLifetime lifetime{.frames_per_second = frames_per_second};
  for (std::size_t s = 0; s < results.size(); ++s) {
    const Wear wear(setup.streams[s], results[s]);
    bits += wear.bits_written();
    if (wear.most_writes() <= most) continue;
    most = wear.most_writes();
    lifetime.hottest_layer = wear.hottest_layer();
  }
  if (bits <= 0 || frames_per_second <= 0) return std::nullopt;
  const auto cells = static_cast<double>(to_bits(memory->capacity).value());
  lifetime.writes_per_cell_per_s = bits * frames_per_second / cells;
  const double writes = technology.endurance->writes;
  lifetime.hours = writes / lifetime.writes_per_cell_per_s / kSecondsPerHour;
  lifetime.hours_unlevelled = writes / (most * frames_per_second) / kSecondsPerHour;
  return lifetime;
}

std::string describe(const StateLifetime& lifetime, const MemoryTechnology& technology,
                     const std::string& mode) {
  return fmt::format(
      "{} execution wears the state's memory out: {} endures {:.3g} writes of a cell ({}), which "
      "at {:.4g} frames/s last {:.3g} hours if wear is levelled perfectly over the whole memory, "
      "and {:.3g} hours in the cells of {} if it is not",
      mode, technology.name, technology.endurance->writes,
      technology.endurance->evidence.verified ? "as published" : "not verified",
      lifetime.frames_per_second, lifetime.hours, lifetime.hours_unlevelled,
      lifetime.hottest_layer);
}

std::string weigh_state_memory(const ModeSetup& setup, const ModeResults& results,
                               const MemoryTechnology& technology, std::optional<Hertz> frame_rate,
                               ModeFigures& mode) {
  const Figures& usual = mode.steady.frames > 0 ? mode.steady : mode.first;
  // Every frame of a batch has cells of its own, which are written once a step.
  const double steps = static_cast<double>(usual.frames) / setup.streams.front().batch;
  double rate = usual.time_s > 0 ? steps / usual.time_s : 0;
  if (frame_rate) rate = std::min(rate, frame_rate->value());
  if (keeps_state(setup)) require_retention(technology, rate);
  const auto lifetime = state_lifetime(setup, results, technology, rate);
  if (!lifetime) return {};
  mode.figures.state.hours_to_wear_out = lifetime->hours;
  mode.figures.state.hours_to_wear_out_unlevelled = lifetime->hours_unlevelled;
  if (lifetime->hours_unlevelled > kProductLifeHours) return {};
  return describe(*lifetime, technology, setup.name);
}

void require_retention(const MemoryTechnology& technology, double frames_per_second) {
  if (!technology.retention || technology.refresh || frames_per_second <= 0) return;
  const Seconds frame(1 / frames_per_second);
  if (technology.retention->time >= frame) return;
  throw ConfigError(Fault{
      .file = technology.file,
      .key_path = "retention.time",
      .found = print(technology.retention->time),
      .expected = fmt::format("at least a frame's {:.4g} ms, or a refresh: the state would be lost "
                              "before it is used",
                              frame.value() * 1e3)});
}

}  // namespace deltasim
