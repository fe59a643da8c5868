#pragma once
// The temporal delta layer's claim (Vijayan, TU Delft/IMEC 2021): 88 % zeros save 8.33 of MACs.

#include "sim/validation/suite.h"

namespace deltasim {

/// Both streams of ResNet-50 with delta maps that are 88 % zero, the ones in random places; then
/// with the thesis' own sparsities, simulated.
class ThesisSuite final : public ValidationSuite {
 public:
  std::string_view name() const override { return "thesis"; }
  std::string_view description() const override {
    return "MAC reduction of ResNet-50 at 88 % uniform sparsity against 8.33, and on hardware";
  }
  std::string_view bound() const override { return "reduction 0.5 %, MACs on hardware equal"; }
  DataNeed need() const override { return {}; }
  SuiteResult run(const SuiteContext& context) const override;
};

}  // namespace deltasim
