#pragma once
// What is left of the promised reduction: claims and waterfall, from counts and simulated frames.

#include <vector>

#include "arch/run_result.h"
#include "sim/pipeline/simulation.h"
#include "traces/summary.h"

namespace deltasim {

/// Sparsities of the sites over all streams and, for deltas, the frames after the first.
struct TraceSparsity {
  double activation = 0;
  double temporal = 0;
  double mac_weighted_density = 0;  ///< of the deltas that layers read, weighted by dense MACs
  double effectual_share = 0;       ///< effectual delta MACs / dense MACs
};

/// @param frames of every stream that the run uses
TraceSparsity trace_sparsity(const TraceSummary& summary, std::int64_t frames);

/// Sparsity of every delta site, in execution order.
std::vector<SiteFigures> site_figures(const TraceSummary& summary, std::int64_t frames);

/// Of every stream whose trace compares with the unquantized network.
std::vector<FidelityFigures> fidelity_figures(const TraceSummary& summary, std::int64_t frames);

/// Figures of `other` divided by those of `mode`.
Reductions reductions(const std::string& against, const Figures& other, const Figures& mode);

/// @param dense,delta figures and results of the two modes, of equal frames (at least two)
std::vector<WaterfallStep> waterfall(const TraceSparsity& sparsity, const ModeFigures& dense,
                                     const ModeFigures& delta, const ModeResults& dense_results,
                                     const ModeResults& delta_results);

/// The same for delta against spatial execution, which skips the zeros of the activations: the
/// ideal is how many times denser these are than the deltas.
std::vector<WaterfallStep> waterfall_against_spatial(const TraceSparsity& sparsity,
                                                     const ModeFigures& spatial,
                                                     const ModeFigures& delta,
                                                     const ModeResults& spatial_results,
                                                     const ModeResults& delta_results);

}  // namespace deltasim
