#include "energy/on_chip_memories.h"

namespace deltasim {

std::vector<OnChipMemory> on_chip_memories(const AcceleratorSpec& spec) {
  const PeArraySpec& array = spec.pe_array;
  const auto in_pe = [&](std::string_view name, std::vector<DataKind> data, Bytes capacity,
                         Bits width) {
    return OnChipMemory{
        name, Component::kRegisterFile, std::move(data), {capacity, width, 1}, array.pes()};
  };
  std::vector<OnChipMemory> memories = {
      {"global buffer",
       Component::kGlb,
       {},
       {spec.glb.capacity, spec.glb.width, spec.glb.banks},
       1},
      in_pe("weight memory", {DataKind::kWeight}, array.weight_memory,
            array.weight_bits * array.mac_lanes),
      in_pe("partial-sum memory", {DataKind::kPartialSum, DataKind::kState},
            array.partial_sum_memory, array.partial_sum_bits * array.mac_lanes),
      in_pe("FIFO", {DataKind::kActivation, DataKind::kIndex},
            to_bytes_rounded_up(array.activation_bits * array.fifo_depth), array.activation_bits)};
  std::erase_if(memories,
                [](const OnChipMemory& memory) { return memory.memory.capacity < Bytes(1); });
  return memories;
}

}  // namespace deltasim
