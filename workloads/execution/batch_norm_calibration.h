#pragma once
// Batch-norm statistics for a network that was never trained.

#include <span>
#include <vector>

#include "workloads/execution/backend.h"
#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// Sets every batch norm's running mean and variance to those of its input on the given frames
/// (per channel, over all pixels and frames), one batch norm after another, those before it
/// already set: as training would leave them, so that activations neither vanish nor explode.
/// @param graph with batch norms, as it was built
/// @param frames inputs (NHWC), at least one
Weights calibrate_batch_norm(const Graph& graph, Weights weights,
                             std::span<const std::vector<float>> frames, const Backend& backend);

}  // namespace deltasim
