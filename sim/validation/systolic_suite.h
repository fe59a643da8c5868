#pragma once
// Systolic arrays against SCALE-Sim.

#include "sim/validation/suite.h"

namespace deltasim {

/// Reads every NAME_RxC_DF_COMPUTE_REPORT.csv of a folder (R rows, C columns; DF is ws, os or is)
/// with its NAME_topology.csv (underscores and case do not matter) and compares the cycles of
/// every layer; where NAME_RxC_DF_DETAILED_ACCESS_REPORT.csv is there, the words read from and
/// written to the SRAMs as well.
class SystolicSuite final : public ValidationSuite {
 public:
  std::string_view name() const override { return "systolic"; }
  std::string_view description() const override {
    return "cycles and SRAM accesses of systolic arrays, layer by layer, against SCALE-Sim's";
  }
  std::string_view bound() const override { return "equal"; }
  DataNeed need() const override;
  SuiteResult run(const SuiteContext& context) const override;
};

}  // namespace deltasim
