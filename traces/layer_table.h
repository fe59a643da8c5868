#pragma once
// The CSV table of layers whose masks are imported.

#include <filesystem>
#include <string>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

struct TableLayer {
  std::string name;
  Shape input;
  ConvolutionOp convolution;
  int line = 0;                  ///< in the table
  std::int64_t dense_macs = -1;  ///< as the table says, -1 where it does not
};

/// @throws ConfigError with every line and column that is wrong
std::vector<TableLayer> read_layer_table(const std::filesystem::path& file);

}  // namespace deltasim
