#pragma once
// The row-stationary model against the Eyeriss chip.

#include "sim/validation/suite.h"

namespace deltasim {

/// AlexNet's five convolutions at 200 MHz, or the network and the measurements that the context
/// names: processing latency, active PEs, megabytes of global buffer and DRAM, power.
class EyerissSuite final : public ValidationSuite {
 public:
  std::string_view name() const override { return "eyeriss"; }
  std::string_view description() const override {
    return "row stationary, layer by layer, against the Eyeriss chip running AlexNet";
  }
  std::string_view bound() const override {
    return "latency 10 %, in all 5 %; GLB 15 %; DRAM 10 %; power in all 15 %; active PEs equal";
  }
  DataNeed need() const override;
  SuiteResult run(const SuiteContext& context) const override;
};

}  // namespace deltasim
