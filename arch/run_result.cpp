#include "arch/run_result.h"

#include <algorithm>
#include <array>

namespace deltasim {

BusyCycles& BusyCycles::operator+=(const BusyCycles& other) {
  array += other.array;
  noc += other.noc;
  dram += other.dram;
  delta_unit += other.delta_unit;
  return *this;
}

std::string_view BusyCycles::largest() const {
  const std::array<std::pair<std::int64_t, std::string_view>, 4> shares{
      {{array, "array"}, {noc, "noc"}, {dram, "dram"}, {delta_unit, "delta_unit"}}};
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  return std::ranges::max_element(shares, less)->second;
}

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
