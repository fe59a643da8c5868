#pragma once
// Where the kinds of data lie in the global buffer.

#include <cstdint>

#include "arch/accelerator.h"
#include "arch/activity.h"

namespace deltasim {

enum class GlbRegion : std::uint8_t { kWeights, kActivations, kPartialSums, kState };

/// Where data of a kind lie. Indices lie beside what they belong to.
inline GlbRegion region_of(DataKind kind) {
  switch (kind) {
    case DataKind::kWeight:
      return GlbRegion::kWeights;
    case DataKind::kPartialSum:
      return GlbRegion::kPartialSums;
    case DataKind::kState:
      return GlbRegion::kState;
    case DataKind::kActivation:
    case DataKind::kIndex:
      break;
  }
  return GlbRegion::kActivations;
}

/// Byte address of byte `offset` of a region; the region is used again from its start.
inline std::int64_t glb_address(const GlbSpec& glb, GlbRegion region, std::int64_t offset) {
  const GlbPartition& p = glb.partition;
  std::int64_t base = 0;
  std::int64_t size = p.weights.value();
  if (region >= GlbRegion::kActivations) {
    base += size;
    size = p.activations.value();
  }
  if (region >= GlbRegion::kPartialSums) {
    base += size;
    size = p.partial_sums.value();
  }
  if (region >= GlbRegion::kState) {
    base += size;
    size = p.state.value();
  }
  return base + (size > 0 ? offset % size : 0);
}

}  // namespace deltasim
