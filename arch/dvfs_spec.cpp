#include "arch/dvfs_spec.h"

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

/// The neighbours between which a voltage lies.
Hertz interpolated_clock(const std::vector<VoltagePair>& pairs, Volts voltage) {
  auto above = std::find_if(pairs.begin() + 1, pairs.end() - 1,
                            [&](const VoltagePair& pair) { return !(pair.voltage < voltage); });
  const VoltagePair &low = *(above - 1), &high = *above;
  const double share = (voltage - low.voltage) / (high.voltage - low.voltage);
  return low.clock + (high.clock - low.clock) * share;
}

/// What k is multiplied with, V in volts.
double overdrive(const AlphaPowerLaw& law, Volts voltage) {
  return std::pow((voltage - law.threshold).value(), law.alpha) / voltage.value();
}

}  // namespace

Hertz clock_at(const VoltageFrequency& relation, Volts voltage) {
  if (const auto* law = std::get_if<AlphaPowerLaw>(&relation)) {
    return law->reference.clock *
           (overdrive(*law, voltage) / overdrive(*law, law->reference.voltage));
  }
  return interpolated_clock(std::get<VoltagePairs>(relation).pairs, voltage);
}

ClockRange clock_range(const VoltageFrequency& relation) {
  if (const auto* law = std::get_if<AlphaPowerLaw>(&relation)) {
    return {clock_at(relation, law->lowest), clock_at(relation, law->highest)};
  }
  const std::vector<VoltagePair>& pairs = std::get<VoltagePairs>(relation).pairs;
  return {pairs.front().clock, pairs.back().clock};
}

}  // namespace deltasim
