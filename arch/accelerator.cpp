#include "arch/accelerator.h"

#include <algorithm>
#include <array>

namespace deltasim {
namespace {

template <typename Enum, std::size_t kCount>
std::string_view name_in(const std::array<std::string_view, kCount>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

constexpr std::array<std::string_view, 5> kDataflowNames = {
    "weight_stationary", "output_stationary", "input_stationary", "row_stationary", "event_driven"};
constexpr std::array<std::string_view, 3> kPartitionNames = {"output_channel", "spatial",
                                                             "input_channel"};
constexpr std::array<std::string_view, 3> kZeroHandlingNames = {"none", "gate", "skip"};
constexpr std::array<std::string_view, 4> kNocTopologyNames = {"bus", "mesh", "crossbar",
                                                               "systolic"};
constexpr std::array<std::string_view, 4> kActivationFormatNames = {"dense", "bitmask",
                                                                    "run_length", "coordinate"};
constexpr std::array<std::string_view, 3> kStatePlaceNames = {"glb", "dram", "memory"};
constexpr std::array<std::string_view, 3> kStateGranularityNames = {"element", "pixel", "tile"};

}  // namespace

std::string_view to_string(Dataflow dataflow) { return name_in(kDataflowNames, dataflow); }
std::string_view to_string(Partition partition) { return name_in(kPartitionNames, partition); }
std::string_view to_string(ZeroHandling handling) { return name_in(kZeroHandlingNames, handling); }
std::string_view to_string(NocTopology topology) { return name_in(kNocTopologyNames, topology); }
std::string_view to_string(ActivationFormat format) {
  return name_in(kActivationFormatNames, format);
}
std::string_view to_string(StatePlace place) { return name_in(kStatePlaceNames, place); }
std::string_view to_string(StateGranularity granularity) {
  return name_in(kStateGranularityNames, granularity);
}

const MemorySpec* AcceleratorSpec::state_memory() const {
  if (state.place != StatePlace::kMemory) return nullptr;
  const auto found = std::ranges::find(memories, state.memory, &MemorySpec::name);
  return found == memories.end() ? nullptr : &*found;
}

std::string place_name(const StatePolicy& state) {
  return state.place == StatePlace::kMemory ? state.memory : std::string(to_string(state.place));
}

}  // namespace deltasim
