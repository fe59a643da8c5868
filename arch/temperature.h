#pragma once
// Temperatures, in kelvins only: degrees Celsius would need an offset, not a factor.

#include "arch/quantities.h"

namespace deltasim {

struct KelvinsKind {
  using Rep = double;
  static const QuantityKind& kind();
};
using Kelvins = Quantity<KelvinsKind>;

}  // namespace deltasim
