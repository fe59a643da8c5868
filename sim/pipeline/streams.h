#pragma once
// From a network spec to the networks of its streams, ready to run.

#include <string>
#include <vector>

#include "sim/pipeline/workload.h"
#include "workloads/graph.h"
#include "workloads/tensor.h"

namespace deltasim {

/// One stream's network, with its batch norms as they were read.
struct StreamNetwork {
  std::string name;  ///< kSpatialStream or kTemporalStream
  Graph graph;
  Weights weights;
};

/// Streams that a network spec asks for, checked, before anything is loaded.
/// @throws ConfigError for an unknown network or stream (with the nearest name)
std::vector<std::string> stream_names(const NetworkSpec& spec);

/// Loads or makes the weights and builds the graphs. A temporal stream whose weights were trained
/// on pictures gets cross-modality weights in its first convolution (TSN, Wang et al. 2016).
/// @throws ConfigError where network and weights do not fit
std::vector<StreamNetwork> load_streams(const NetworkSpec& spec);

/// The delta sites that the patterns select (shell patterns; none: every activation).
/// @throws ConfigError where a pattern selects nothing
SitePlacement place_sites(const Graph& graph, const std::vector<std::string>& patterns);

}  // namespace deltasim
