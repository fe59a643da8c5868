#include "explore/placement_measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "arch/errors.h"
#include "sim/work/address_space.h"

namespace deltasim {
namespace {

constexpr std::array<ExecutionMode, 3> kModes{ExecutionMode::kDense, ExecutionMode::kSpatial,
                                              ExecutionMode::kDelta};
/// 3^8 = 6561 choices of the readers' modes.
constexpr std::size_t kMostReaders = 8;

std::vector<StatePlace> places_of(const AcceleratorSpec& accelerator) {
  std::vector<StatePlace> places{StatePlace::kDram};
  if (accelerator.glb.partition.state > Bytes(0)) places.push_back(StatePlace::kGlb);
  if (accelerator.state_memory() != nullptr) places.push_back(StatePlace::kMemory);
  return places;
}

std::vector<std::size_t> readers_of(const PlacementLayer& layer) {
  std::set<std::size_t> all;
  for (const auto& readers : layer.readers) all.insert(readers.begin(), readers.end());
  return {all.begin(), all.end()};
}

/// Calls `visit` with every choice of modes of some groups; stops where it returns true.
template <typename Visit>
void each_choice(const std::vector<std::size_t>& groups, Visit visit) {
  std::map<std::size_t, ExecutionMode> choice;
  std::vector<std::size_t> digits(groups.size(), 0);
  while (true) {
    for (std::size_t i = 0; i < groups.size(); ++i) choice[groups[i]] = kModes[digits[i]];
    if (visit(choice)) return;
    std::size_t at = 0;
    while (at < digits.size() && ++digits[at] == kModes.size()) digits[at++] = 0;
    if (at == digits.size()) return;
  }
}

std::vector<Forms> demanded_by(const PlacementLayer& layer,
                               const std::map<std::size_t, ExecutionMode>& modes) {
  std::vector<Forms> demanded;
  for (const auto& readers : layer.readers) {
    Forms forms = 0;
    for (const std::size_t group : readers) forms |= bit_of(form_read_by(modes.at(group)));
    demanded.push_back(forms);
  }
  return demanded;
}

/// The layers of one stream.
class StreamLayers {
 public:
  StreamLayers(const StreamInfo& stream, const StreamSummary& summary,
               const AcceleratorSpec& accelerator, bool previous_recomputable, std::int64_t frames)
      : stream_(stream),
        summary_(summary),
        accelerator_(accelerator),
        previous_recomputable_(previous_recomputable),
        frames_(frames),
        plan_(plan_stream(
            stream.graph, stream.maps,
            ModeChoice(layers_of(stream.graph, stream.maps).size(), ExecutionMode::kDelta))) {}

  void add_to(PlacementProblem& problem) const {
    const std::vector<std::size_t> groups = groups_from(problem.groups);
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      PlacementLayer layer{.stream = stream_.name,
                           .name = plan_.layers[i].layer.name,
                           .group = groups[i],
                           .readers = {},
                           .options = {},
                           .temporal_sparsity = sparsity_of(i)};
      for (const OutputMap& output : plan_.layers[i].outputs) {
        layer.readers.push_back(readers_of_map(output.map, groups));
      }
      add_options(i, layer);
      problem.layers.push_back(std::move(layer));
    }
    for (const std::size_t group : groups) problem.groups = std::max(problem.groups, group + 1);
  }

 private:
  /// Numbered by their last layers, so that readers have higher numbers than what they read.
  std::vector<std::size_t> groups_from(std::size_t first) const {
    std::map<std::size_t, std::size_t> last;  // of the sum that begins with a layer
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) last[first_of_sum(plan_, i)] = i;
    std::vector<std::size_t> ends;
    for (const auto& [begin, end] : last) ends.push_back(end);
    std::ranges::sort(ends);
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      const auto end = std::ranges::lower_bound(ends, last.at(first_of_sum(plan_, i)));
      groups.push_back(first + static_cast<std::size_t>(end - ends.begin()));
    }
    return groups;
  }

  std::vector<std::size_t> readers_of_map(int map, const std::vector<std::size_t>& groups) const {
    std::set<std::size_t> readers;
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      const LayerPlan& reader = plan_.layers[i];
      const bool joins = std::ranges::find(reader.shortcuts, map) != reader.shortcuts.end();
      if (reader.layer.input_map == map || joins) readers.insert(groups[i]);
    }
    return {readers.begin(), readers.end()};
  }

  void add_options(std::size_t index, PlacementLayer& layer) const {
    const std::vector<std::size_t> readers = readers_of(layer);
    if (readers.size() > kMostReaders) {
      throw ConfigError(fmt::format("{} stream, layer {}", layer.stream, layer.name),
                        fmt::format("{} layers read its outputs; what their modes make it cost is "
                                    "measured for at most {}",
                                    readers.size(), kMostReaders));
    }
    const LayerPlan& plan = plan_.layers[index];
    const bool delta_keeps =
        plan.keeps_sum || state_footprint(accelerator_, plan_, index, previous_recomputable_) > 0;
    std::set<std::vector<Forms>> demands;
    each_choice(readers, [&](const auto& modes) {
      demands.insert(demanded_by(layer, modes));
      return false;
    });
    for (const ExecutionMode mode : kModes) {
      for (const std::vector<Forms>& demanded : demands) {
        const bool compared = std::ranges::any_of(
            demanded, [](Forms forms) { return (forms & bit_of(MapForm::kDelta)) != 0; });
        const bool keeps = mode == ExecutionMode::kDelta ? delta_keeps : compared;
        for (const StatePlace place : places_of(accelerator_)) {
          if (!keeps && place != StatePlace::kDram) continue;
          layer.options.push_back(
              {.mode = mode, .place = place, .demanded = demanded, .keeps_state = keeps});
        }
      }
    }
  }

  /// Over the deltas that are run; 0 with a single frame.
  double sparsity_of(std::size_t index) const {
    const auto map = static_cast<std::size_t>(plan_.layers[index].layer.input_map);
    const std::vector<std::int64_t>& changed = summary_.maps[map].changed;
    const auto deltas = std::min(static_cast<std::int64_t>(changed.size()), frames_ - 1);
    if (deltas < 1) return 0;
    const auto sum = std::accumulate(changed.begin(), changed.begin() + deltas, std::int64_t{0});
    const auto elements = static_cast<double>(summary_.maps[map].shape.elements());
    return 1 - static_cast<double>(sum) / (elements * static_cast<double>(deltas));
  }

  const StreamInfo& stream_;
  const StreamSummary& summary_;
  const AcceleratorSpec& accelerator_;
  bool previous_recomputable_;
  std::int64_t frames_;
  StreamPlan plan_;
};

/// Packs as many options that were not seen yet as it can into each placement.
class Cover {
 public:
  explicit Cover(const PlacementProblem& problem) : problem_(problem) {
    for (const PlacementLayer& layer : problem.layers)
      open_.emplace_back(layer.options.size(), true);
  }

  void see(const Placement& placement) {
    for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
      const LayerOption* option = option_of(problem_, l, placement);
      DELTASIM_INVARIANT(option != nullptr, "a placement has options");
      open_[l][static_cast<std::size_t>(option - problem_.layers[l].options.data())] = false;
    }
  }

  /// @return nothing where all were seen
  std::optional<Placement> next() {
    modes_.clear();
    places_.clear();
    bool some = false;
    for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
      for (std::size_t o = 0; o < open_[l].size(); ++o) {
        if (open_[l][o] && fix(l, problem_.layers[l].options[o])) {
          some = true;
          break;
        }
      }
    }
    if (!some) return std::nullopt;
    Placement placement{std::vector<ExecutionMode>(problem_.groups, ExecutionMode::kDense),
                        std::vector<StatePlace>(problem_.layers.size(), StatePlace::kDram)};
    for (const auto& [group, mode] : modes_) placement.modes[group] = mode;
    for (std::size_t l = 0; l < problem_.layers.size(); ++l) {
      const auto place = places_.find(problem_.layers[l].group);
      if (place != places_.end()) placement.places[l] = place->second;
    }
    return placement;
  }

 private:
  /// Fixes what the option needs, where that is not fixed otherwise already.
  bool fix(std::size_t index, const LayerOption& option) {
    const PlacementLayer& layer = problem_.layers[index];
    const auto place = places_.find(layer.group);
    if (option.keeps_state && place != places_.end() && place->second != option.place) return false;
    std::map<std::size_t, ExecutionMode> found;
    each_choice(readers_of(layer), [&](const auto& modes) {
      const bool free = std::ranges::all_of(modes, [&](const auto& of) {
        const auto fixed = modes_.find(of.first);
        return fixed == modes_.end() || fixed->second == of.second;
      });
      if (!free || demanded_by(layer, modes) != option.demanded) return false;
      found = modes;
      found.emplace(layer.group, option.mode);
      return true;
    });
    const auto own = modes_.find(layer.group);
    if (found.empty() || (own != modes_.end() && own->second != option.mode)) return false;
    modes_.insert(found.begin(), found.end());
    if (option.keeps_state) places_.emplace(layer.group, option.place);
    return true;
  }

  const PlacementProblem& problem_;
  std::vector<std::vector<bool>> open_;
  std::map<std::size_t, ExecutionMode> modes_;
  std::map<std::size_t, StatePlace> places_;
};

}  // namespace

PlacementProblem unmeasured_problem(const RecordSource& records, const AcceleratorSpec& accelerator,
                                    const StreamProgram& any, const TraceSummary& summary) {
  PlacementProblem problem;
  problem.glb_bytes = accelerator.glb.partition.state.value();
  if (const MemorySpec* memory = accelerator.state_memory()) {
    problem.memory_bytes = memory->capacity.value();
  }
  const std::vector<StreamInfo>& streams = records.header().streams;
  for (std::size_t s = 0; s < streams.size(); ++s) {
    StreamLayers(streams[s], summary.streams[s], accelerator, any.previous_recomputable,
                 records.frames())
        .add_to(problem);
  }
  return problem;
}

std::vector<Placement> measuring_placements(const PlacementProblem& problem) {
  Cover cover(problem);
  std::vector<Placement> placements;
  const auto add = [&](Placement placement) {
    cover.see(placement);
    placements.push_back(std::move(placement));
  };
  const auto uniform = [&](ExecutionMode mode, StatePlace place) {
    add({std::vector<ExecutionMode>(problem.groups, mode),
         std::vector<StatePlace>(problem.layers.size(), place)});
  };
  uniform(ExecutionMode::kDense, StatePlace::kDram);
  uniform(ExecutionMode::kSpatial, StatePlace::kDram);
  uniform(ExecutionMode::kDelta, StatePlace::kDram);
  if (problem.glb_bytes > 0) uniform(ExecutionMode::kDelta, StatePlace::kGlb);
  if (problem.memory_bytes > 0) uniform(ExecutionMode::kDelta, StatePlace::kMemory);
  while (auto mixture = cover.next()) add(std::move(*mixture));
  return placements;
}

std::vector<StreamChoice> choices_of(const PlacementProblem& problem, const Placement& placement,
                                     const RecordSource& records, StatePlace otherwise) {
  std::vector<StreamChoice> choices;
  std::size_t l = 0;
  for (const StreamInfo& stream : records.header().streams) {
    StreamChoice& choice = choices.emplace_back();
    for (; l < problem.layers.size() && problem.layers[l].stream == stream.name; ++l) {
      const LayerOption* option = option_of(problem, l, placement);
      choice.modes.push_back(placement.modes[problem.layers[l].group]);
      choice.places.push_back(option->keeps_state ? option->place : otherwise);
    }
  }
  return choices;
}

void take_costs(PlacementProblem& problem, const Placement& placement, const ModeSetup& setup,
                const ModeFigures& figures, bool again) {
  std::size_t l = 0;
  for (std::size_t s = 0; s < setup.streams.size(); ++s) {
    const StreamProgram& program = setup.streams[s];
    const std::int64_t word = program.accelerator.state_memory() == nullptr
                                  ? 1
                                  : program.accelerator.state_memory()->width.value() / 8;
    const auto whole_words = [&](std::int64_t bits) {
      return (bits + 8 * word - 1) / (8 * word) * word;
    };
    for (std::size_t i = 0; i < program.plan.layers.size(); ++i, ++l) {
      std::vector<LayerOption>& options = problem.layers[l].options;
      LayerOption* option = options.data() + (option_of(problem, l, placement) - options.data());
      if (option->time_s > 0 && !again) continue;
      const Figures& measured = figures.streams[s].layers[i].figures;
      option->energy_pJ = measured.energy.total;
      option->time_s = measured.time_s;
      if (!option->keeps_state) continue;
      const bool known = program.previous_recomputable;
      if (option->place == StatePlace::kGlb) {
        option->glb_bytes = state_footprint(program.accelerator, program.plan, i, known);
      }
      if (option->place != StatePlace::kMemory) continue;
      const bool first = first_of_sum(program.plan, i) == i;
      option->memory_bytes =
          (first ? whole_words(sum_bits(program.accelerator, program.plan, i)) : 0) +
          whole_words(previous_bits(program.accelerator, program.plan, i, known));
    }
  }
}

}  // namespace deltasim
