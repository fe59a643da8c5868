#pragma once
// The mapping parameters of the row-stationary dataflow, with the names of the Eyeriss papers.

#include <string>

namespace deltasim {

struct RowStationaryMapping {
  int m = 1;  ///< filters whose partial sums are in the global buffer
  int n = 1;  ///< images in a pass
  int e = 1;  ///< output rows of a set
  int f = 1;  ///< output columns of a strip; all of them but where rows do not fit a bank
  int p = 1;  ///< filters a PE interleaves
  int q = 1;  ///< input channels a PE interleaves
  int r = 1;  ///< sets that work on different input channels
  int t = 1;  ///< sets that work on different filters
  bool operator==(const RowStationaryMapping&) const = default;
};
/// "m64 n4 e13 f13 p16 q3 r2 t2"
std::string to_string(const RowStationaryMapping& mapping);

}  // namespace deltasim
