#pragma once
// The memories of an accelerator's chip, as its description gives them.

#include <string_view>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "energy/sram_model.h"

namespace deltasim {

struct OnChipMemory {
  std::string_view name;  ///< "global buffer", "weight memory", "partial-sum memory", "FIFO"
  Component component = Component::kGlb;
  std::vector<DataKind> data;  ///< what it holds; empty: anything
  SramMemory memory;           ///< of one instance
  int instances = 1;
};

/// The global buffer and the three memories of a PE, those of no capacity left out. A PE's memory
/// is one bank whose port serves all MAC lanes in one access: lanes x operand width; the FIFO's
/// port is one activation wide.
std::vector<OnChipMemory> on_chip_memories(const AcceleratorSpec& spec);

}  // namespace deltasim
