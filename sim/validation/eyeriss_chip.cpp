#include "sim/validation/eyeriss_chip.h"

#include <algorithm>
#include <cmath>

#include "arch/errors.h"
#include "energy/account.h"
#include "sim/mapping/footprint.h"

namespace deltasim {
namespace {

constexpr double kMega = 1e6;
constexpr double kWordBytes = 2;
constexpr std::int64_t kWordBits = 16;

/// Control other than the clock network, of what the rest of the chip takes: CNNergy (Manasi,
/// Sapatnekar), src/AlexNet_Main.m, C_prcnt.
constexpr double kControlShare = 0.15;

/// 03d's two layers before a pool: 62.2 % zeros become 40 %, 83.1 % become 72.5 %. That is the
/// power 1.93 and 1.74, 1.83 on average, of 9 positions: 9 to the power of this.
constexpr double kIndependence = 0.275;

/// A map that coding would make larger is stored as it is.
double coded_words(std::int64_t words, double zeros) {
  const auto dense = static_cast<double>(words);
  return std::min(dense, expected_bits(ActivationFormat::kRunLength, dense, 1 - zeros,
                                       static_cast<int>(kWordBits)) /
                             static_cast<double>(kWordBits));
}

/// Zeros hold the multiplier, the read of the filter and the update of the partial sum.
void count_arithmetic(Activity& activity, std::int64_t macs, double zeros) {
  const std::int64_t gated = std::llround(static_cast<double>(macs) * zeros);
  const std::int64_t done = macs - gated;
  const auto rf = [&](Action action, DataKind kind, std::int64_t words) {
    activity.at(Component::kRegisterFile, action, kind) += words * kWordBits;
  };
  activity.at(Component::kPe, Action::kMac, DataKind::kActivation) += done;
  activity.at(Component::kPe, Action::kGatedMac, DataKind::kActivation) += gated;
  rf(Action::kRead, DataKind::kActivation, macs);
  rf(Action::kRead, DataKind::kWeight, done);
  rf(Action::kRead, DataKind::kPartialSum, done);
  rf(Action::kWrite, DataKind::kPartialSum, done);
}

void count_movement(Activity& activity, const RowStationaryWork& work) {
  const auto add = [&](Component component, Action action, DataKind kind, std::int64_t words) {
    activity.at(component, action, kind) += words * kWordBits;
  };
  add(Component::kRegisterFile, Action::kWrite, DataKind::kActivation, work.input_fills);
  add(Component::kRegisterFile, Action::kWrite, DataKind::kWeight, work.filter_fills);
  add(Component::kGlb, Action::kRead, DataKind::kActivation, work.inputs_read);
  add(Component::kGlb, Action::kRead, DataKind::kWeight, work.filters_read);
  add(Component::kGlb, Action::kRead, DataKind::kPartialSum, work.sums_read);
  add(Component::kGlb, Action::kWrite, DataKind::kPartialSum, work.sums_written);
  add(Component::kNoc, Action::kTransfer, DataKind::kActivation, work.inputs_read);
  add(Component::kNoc, Action::kTransfer, DataKind::kWeight, work.filters_read);
  add(Component::kNoc, Action::kTransfer, DataKind::kPartialSum,
      work.sums_read + work.sums_written + work.sum_hops);
}

}  // namespace

double zeros_before_pool(double zeros_behind, int positions) {
  return std::pow(zeros_behind, std::pow(positions, -kIndependence));
}

ChipEstimate estimate(const AcceleratorSpec& chip, const EnergyPrices& prices,
                      const ChipWork& work) {
  const LayerExtent extent(work.layer);
  const RowStationaryModel model(row_stationary_array(chip), extent, work.batch);
  const auto mapping = model.best(1 - work.input_zeros);
  if (!mapping) {
    throw ConfigError(work.layer.name,
                      "has no row-stationary mapping on " + chip.name +
                          ": not even one filter, "
                          "channel and output row fit its scratch pads and buffer");
  }
  ChipEstimate result;
  result.mapping = *mapping;
  result.work = model.work(*mapping);
  const std::int64_t macs = extent.macs() * work.batch;
  count_arithmetic(result.activity, macs, work.input_zeros);
  count_movement(result.activity, result.work);
  const double seconds = static_cast<double>(result.work.cycles) / chip.clock.value();
  const Picojoules energy = account(result.activity, prices, Seconds(seconds)).total();
  result.latency_ms = seconds * 1e3;
  result.gmac = static_cast<double>(macs) * 1e-9;
  result.glb_MB = static_cast<double>(result.work.glb_words()) * kWordBytes / kMega;
  const double dram_words = static_cast<double>(result.work.dram_weights) +
                            coded_words(result.work.dram_inputs, work.input_zeros) +
                            coded_words(result.work.dram_outputs, work.output_zeros);
  result.dram_MB = dram_words * kWordBytes / kMega;
  result.power_mW = (1 + kControlShare) * energy.value() * 1e-9 / seconds;
  return result;
}

}  // namespace deltasim
