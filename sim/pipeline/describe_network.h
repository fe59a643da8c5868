#pragma once
// A network as a table for the terminal.

#include <string>

#include "workloads/graph.h"

namespace deltasim {

/// Layer by layer: shapes, window, weights and dense MACs, and the totals.
std::string describe_network(const Graph& graph);
/// The same for a list of layers without a graph (a SCALE-Sim topology).
std::string describe_layers(const std::string& name, const std::vector<Layer>& layers);

}  // namespace deltasim
