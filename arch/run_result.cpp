#include "arch/run_result.h"

namespace deltasim {

const ModeFigures* RunResult::mode(const std::string& name) const {
  for (const ModeFigures& candidate : modes) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

double RealTimeFigures::idle_energy_per_frame_pJ() const {
  double sum = 0;
  for (const auto& [part, picojoules] : idle_energy_pJ) sum += picojoules;
  return sum;
}

std::int64_t dram_bits(const Activity& activity) {
  std::int64_t bits = 0;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    const auto kind = static_cast<DataKind>(k);
    bits += activity.at(Component::kDram, Action::kRead, kind) +
            activity.at(Component::kDram, Action::kWrite, kind);
  }
  return bits;
}

}  // namespace deltasim
