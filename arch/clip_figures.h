#pragma once
// What is kept of every clip of a sweep: enough for statistics over clips without running any of
// them again.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace deltasim {

/// Zeros at one delta site, over the clip's frames.
struct ClipSite {
  std::string stream, name;
  std::int64_t elements = 0;  ///< of a map
  double activation_sparsity = 0;
  std::optional<double> temporal_sparsity;  ///< none of a single frame
};

/// Zeros over the sites of a stream, weighted by their elements.
struct ClipStream {
  std::string name;
  double activation_sparsity = 0;
  std::optional<double> temporal_sparsity;
};

/// One execution mode over the clip. Reductions are against dense execution; that of MACs is known
/// without a run of it.
struct ClipMode {
  std::string name;
  std::int64_t frames = 0;
  std::int64_t cycles = 0;
  double time_s = 0;
  double energy_pJ = 0;
  double mac_reduction = 0;
  std::optional<double> cycle_reduction, energy_reduction;  ///< where dense execution was run
};

struct ClipFigures {
  std::vector<ClipStream> streams;
  std::vector<ClipSite> sites;  ///< in execution order, stream by stream
  std::vector<ClipMode> modes;
};

}  // namespace deltasim
