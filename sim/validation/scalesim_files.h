#pragma once
// SCALE-Sim's reports: which files belong together, and what they say of each layer.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/accelerator.h"
#include "workloads/graph.h"

namespace deltasim {

/// Words between the array and one SRAM each.
struct ScaleSimAccesses {
  std::int64_t input_reads = 0;
  std::int64_t filter_reads = 0;
  std::int64_t output_writes = 0;
};

struct ScaleSimLayer {
  Layer layer;
  std::int64_t cycles = 0;  ///< "Total Cycles" less "Stall Cycles": the array alone
  std::optional<ScaleSimAccesses> accesses;  ///< nothing where there is no access report
};

struct ScaleSimRun {
  std::string name;  ///< "resnet50_32x32_ws"
  Dataflow dataflow = Dataflow::kWeightStationary;
  int rows = 0;
  int columns = 0;
  std::vector<ScaleSimLayer> layers;
};

/// The *_COMPUTE_REPORT.csv of a folder, sorted by name.
/// @throws ConfigError where there is none
std::vector<std::filesystem::path> scalesim_reports(const std::filesystem::path& folder);

/// One run: its array from the report's name, its layers from the topology beside it.
/// @throws ConfigError for a name that does not tell the array, for a topology that is missing or
///   does not fit, and for broken files
ScaleSimRun read_scalesim_run(const std::filesystem::path& compute_report);

}  // namespace deltasim
