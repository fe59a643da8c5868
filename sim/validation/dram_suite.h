#pragma once
// The DRAM model against DRAMsim3, DRAMSys, Ramulator 2 and DRAMPower.

#include "sim/validation/suite.h"

namespace deltasim {

/// Replays request patterns and compares cycles and command counts. Reads dramsim3/ (PART.ini and
/// PART_PATTERN.json) and, beside it, dramsys/ (summary.csv) and ramulator2/
/// (PART_MAPPER_PATTERN.json) and drampower/ (see drampower_rows.h).
class DramSuite final : public ValidationSuite {
 public:
  std::string_view name() const override { return "dram"; }
  std::string_view description() const override {
    return "DRAM cycles and commands of DRAMsim3, DRAMSys, Ramulator 2; energy of DRAMPower";
  }
  std::string_view bound() const override {
    return "cycles and command counts 2 %, energy of command sequences 1 %";
  }
  DataNeed need() const override;
  SuiteResult run(const SuiteContext& context) const override;
};

}  // namespace deltasim
