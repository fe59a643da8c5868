#include "arch/accelerator.h"

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
constexpr std::array<std::string_view, 2> kStatePlaceNames = {"glb", "dram"};
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

}  // namespace deltasim
