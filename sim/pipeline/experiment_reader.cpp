#include "sim/pipeline/experiment_reader.h"

#include <string_view>
#include <utility>

namespace deltasim {

RunSpec ExperimentReader::read(const Overrides& overrides) {
  constexpr std::string_view kEnergy = "energy.";
  Overrides energy, others;
  for (const auto& [key, value] : overrides) {
    if (key.starts_with(kEnergy)) {
      energy.emplace_back(key.substr(kEnergy.size()), value);
    } else {
      others.emplace_back(key, value);
    }
  }
  auto found = known_.find(others);
  if (found == known_.end()) {
    RunSpec read = load_experiment(file_, others);
    found = known_.emplace(std::move(others), std::move(read)).first;
  }
  RunSpec spec = found->second;
  spec.energy_overrides = std::move(energy);
  return spec;
}

}  // namespace deltasim
