#pragma once
// What the row-stationary model says of a network on the Eyeriss chip.

#include <cstdint>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "energy/energy_prices.h"
#include "sim/mapping/row_stationary.h"
#include "sim/validation/eyeriss_network.h"

namespace deltasim {

struct ChipEstimate {
  RowStationaryMapping mapping;
  RowStationaryWork work;
  Activity activity;      ///< of the chip and its DRAM
  double latency_ms = 0;  ///< processing
  double gmac = 0;
  double glb_MB = 0;
  double dram_MB = 0;
  double power_mW = 0;  ///< of the chip while it processes, DRAM not included
};

/// A layer of a batch.
struct ChipWork {
  const Layer& layer;
  int batch = 1;
  double input_zeros = 0;   ///< share
  double output_zeros = 0;  ///< share
};

/// @throws ConfigError where the layer has no legal mapping
ChipEstimate estimate(const AcceleratorSpec& chip, const EnergyPrices& prices,
                      const ChipWork& work);

/// Zeros before a max-pool over `positions`, from those behind it. Were all positions independent,
/// the share behind would be the share before to the power of `positions`; neighbours are alike,
/// so that fewer count.
double zeros_before_pool(double zeros_behind, int positions);

}  // namespace deltasim
