#pragma once
// Chip area as a quantity; see quantities.h.

#include "arch/quantities.h"

namespace deltasim {

struct SquareMillimetresKind {
  using Rep = double;
  static const QuantityKind& kind();
};
using SquareMillimetres = Quantity<SquareMillimetresKind>;

}  // namespace deltasim
