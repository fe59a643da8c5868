#pragma once
// The convolutions of a network as the Eyeriss chip runs them, one after the other.

#include <string>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

/// The AlexNet of 2012 (Krizhevsky, Sutskever, Hinton): five convolutions, the second, fourth and
/// fifth in two groups, 227 x 227 inputs. Normalisation is left out: the chip does none.
/// The built-in "alexnet" is torchvision's, without groups and with fewer filters.
Graph alexnet_in_two_groups();

struct ChipLayer {
  Layer layer;
  int next = -1;        ///< index of the convolution that reads the outputs; -1: there is none
  int pooled_over = 1;  ///< positions that the max-pools before it take one output from
};

/// The convolutions in execution order.
std::vector<ChipLayer> convolutions_of(const Graph& graph);

/// "alexnet" is alexnet_in_two_groups(), every other name a built-in network.
/// @throws ConfigError for an unknown name, with the nearest one
Graph chip_network(const std::string& name);

}  // namespace deltasim
