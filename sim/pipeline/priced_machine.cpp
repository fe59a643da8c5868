#include "sim/pipeline/priced_machine.h"

#include <utility>

#include "arch/accelerator_reader.h"
#include "arch/resources.h"
#include "arch/sha256.h"

namespace deltasim {

PricedMachine load_machine(const std::filesystem::path& accelerator, const Overrides& overrides,
                           const std::filesystem::path& energy) {
  AcceleratorSpec spec = read_accelerator(accelerator, overrides);
  std::string text =
      sha256_of_file(accelerator) + sha256_of_file(find_resource("dram", spec.dram.part));
  for (const auto& [key, value] : overrides) text += "\n" + key + "=" + value;
  std::optional<MemoryTechnology> state_memory = state_technology(spec);
  if (state_memory) text += sha256_of_file(state_memory->file);
  EnergyPrices prices(with_state_memory(read_energy_table(energy), spec), spec);
  prices.require_complete();
  EnergyPrices stateless = prices;
  stateless.stop_state_refresh();
  return {std::move(spec), std::move(text), std::move(prices), std::move(stateless),
          std::move(state_memory)};
}

}  // namespace deltasim
