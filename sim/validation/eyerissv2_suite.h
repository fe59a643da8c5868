#pragma once
// Work of a PE that skips zero weights and zero activations, against the Eyeriss v2 PE.

#include "sim/validation/suite.h"

namespace deltasim {

/// Reads layers.csv and, for every line, LAYER_activation_mask.npy ([H][W][C]) and
/// LAYER_weight_mask.npy ([K][C]); the layers are 1x1 convolutions.
class EyerissV2Suite final : public ValidationSuite {
 public:
  std::string_view name() const override { return "eyerissv2"; }
  std::string_view description() const override {
    return "effectual MACs of sparse weights and activations against the Eyeriss v2 PE's cycles";
  }
  std::string_view bound() const override { return "equal"; }
  DataNeed need() const override;
  SuiteResult run(const SuiteContext& context) const override;
};

}  // namespace deltasim
