#pragma once
// Measurements of the Eyeriss chip, layer by layer, from a CSV file.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// One line; a batch of images is done.
struct ChipMeasurement {
  std::string layer;
  int line = 0;           ///< in the file
  double power_mW = 0;    ///< of the chip, DRAM not included
  double latency_ms = 0;  ///< processing only, waiting for DRAM not included
  double gmac = 0;        ///< dense
  double active_pes = 0;
  double zeros = 0;   ///< share of the inputs
  double glb_MB = 0;  ///< 10^6 bytes between global buffer and array
  double dram_MB = 0;
};

struct ChipTable {
  std::string file;
  std::vector<ChipMeasurement> layers;
  std::optional<ChipMeasurement> total;  ///< a line of that name
  std::optional<int> batch;              ///< from the column batch_N
};

/// Columns layer, power_mW, processing_latency_ms, MACs_G(batch), active_PEs, zeros_in_ifmaps,
/// GLB_accesses_MB, DRAM_accesses_MB, and batch_N if present; others are ignored. Zeros are
/// percentages where a percent sign stands or a value of the column exceeds 1, else shares.
/// @throws ConfigError with every faulty cell
ChipTable read_chip_table(const std::filesystem::path& file);

}  // namespace deltasim
